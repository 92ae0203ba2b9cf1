import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, decodeSafetensorsMap, encodeSafetensors, type Tensor, type TensorArray } from './index.js';

const fixture = (name: string) => fileURLToPath(new URL(`../test/fixtures/${name}`, import.meta.url));

/** Returns a tensor's exact content: the bits of NaNs and zeros included. */
function exact({ shape, data }: Tensor) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { type: Object.prototype.toString.call(data), shape: [...shape], bytes: Buffer.from(bytes).toString('hex') };
}

function exactAll(tensors: Record<string, Tensor>) {
  return Object.entries(tensors).map(([name, tensor]) => ({ name, ...exact(tensor) }));
}

const constructors = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  BigInt64Array,
  BigUint64Array,
];

const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...constructors), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }))
  .chain(([Ctor, shape]) => {
    const length = shape.reduce((count, size) => count * size, 1);
    const bytes = length * Ctor.BYTES_PER_ELEMENT;
    return fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .map((raw) => ({ shape, data: new Ctor(raw.slice().buffer) as TensorArray }));
  });

const name = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', '7', '', '"', 'a.b/c'),
);
const tensors = fc
  .uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 8 })
  .map((entries) => Object.fromEntries(entries.filter(([key]) => key !== '__metadata__')) as Record<string, Tensor>);

describe('a round trip', () => {
  it('returns every tensor to the bit, in order, whatever the alignment of the bytes', () => {
    fc.assert(
      fc.property(
        tensors,
        fc.dictionary(name, fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 0, max: 9 }),
        (given, metadata, shift) => {
          const encoded = encodeSafetensors(given, metadata);
          const shifted = new Uint8Array(new ArrayBuffer(encoded.length + shift + 3), shift, encoded.length);
          shifted.set(encoded);
          const decoded = decodeSafetensors(shifted);
          expect(exactAll(decoded.tensors)).toEqual(exactAll(given));
          expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(metadata).sort());
        },
      ),
    );
  });

  it('is deterministic: the same tensors give the same bytes, and so does what was read', () => {
    fc.assert(
      fc.property(tensors, (given) => {
        const encoded = encodeSafetensors(given);
        expect(encodeSafetensors(given)).toEqual(encoded);
        expect(encodeSafetensors(decodeSafetensors(encoded).tensors)).toEqual(encoded);
      }),
    );
  });

  it('places every tensor at a multiple of its element size, so that nothing is copied', () => {
    fc.assert(
      fc.property(tensors, (given) => {
        const encoded = encodeSafetensors(given);
        for (const { data } of Object.values(decodeSafetensors(encoded).tensors)) {
          expect(data.buffer).toBe(encoded.buffer);
        }
      }),
    );
  });

  it('reads parts of larger buffers: views with an offset, and Buffers', () => {
    const whole = Float32Array.of(9, 1, 2, 3, 9);
    const encoded = encodeSafetensors({ part: { shape: [3], data: whole.subarray(1, 4) } });
    const { part } = decodeSafetensors(Buffer.from(encoded)).tensors;
    expect([...part!.data]).toEqual([1, 2, 3]);
  });

  it('reads shared memory', () => {
    const encoded = encodeSafetensors({ x: { shape: [1], data: Float64Array.of(0.1) } });
    const shared = new Uint8Array(new SharedArrayBuffer(encoded.length));
    shared.set(encoded);
    expect(exact(decodeSafetensors(shared).tensors.x!).bytes).toBe('9a9999999999b93f');
  });

  it('keeps the order of any names in Maps, tensors and metadata alike', () => {
    const order = fc.shuffledSubarray(['2', '0', '11', 'b', '-1', '__proto__', '4294967295', 'a', '1']);
    fc.assert(
      fc.property(order, order, (names, keys) => {
        const given = new Map(names.map((name, i) => [name, { shape: [], data: Uint8Array.of(i) }]));
        const metadata = new Map(keys.map((key, i) => [key, `${i}`]));
        const decoded = decodeSafetensorsMap(encodeSafetensors(given, metadata));
        expect([...decoded.tensors]).toEqual([...given]);
        expect([...decoded.metadata]).toEqual([...metadata]);
      }),
    );
  });

  it('keeps dtypes that are not known here, to the byte', () => {
    const given = {
      wide: { shape: [2], data: Uint8Array.from({ length: 32 }, (_, i) => i), dtype: 'F128' },
      double: { shape: [1], data: Float64Array.of(0.1) },
      odd: { shape: [5], data: Uint8Array.of(1, 2, 3), dtype: 'I5' },
      empty: { shape: [0], data: new Uint8Array(0), dtype: 'I5' },
    };
    const encoded = encodeSafetensors(given);
    expect(decodeSafetensors(encoded).tensors).toEqual(given);
    expect(decodeSafetensors(encoded, { widen: true }).tensors).toEqual(given);
    expect(encodeSafetensors(decodeSafetensors(encoded).tensors)).toEqual(encoded);
  });

  it('writes no tensors at all', () => {
    const encoded = encodeSafetensors({});
    expect(encoded.length).toBe(16);
    expect(decodeSafetensors(encoded)).toEqual({ tensors: {}, metadata: {} });
  });
});

describe('the files of the reference implementation', () => {
  it('are read: every dtype', () => {
    const { tensors, metadata } = decodeSafetensors(readFileSync(fixture('all-dtypes.safetensors')));
    expect(metadata).toEqual({ 'made by': 'the reference ü✓' });
    const max = Number.MAX_VALUE;
    const maxFloat32 = (2 - 2 ** -23) * 2 ** 127;
    expect(tensors).toEqual({
      float64: { shape: [2, 3], data: Float64Array.of(-max, 1, 2, 3, 4, max) },
      float32: { shape: [2, 3], data: Float32Array.of(-maxFloat32, 1, 2, 3, 4, maxFloat32) },
      int64: { shape: [2, 3], data: BigInt64Array.of(-(2n ** 63n), 1n, 2n, 3n, 4n, 2n ** 63n - 1n) },
      int32: { shape: [2, 3], data: Int32Array.of(-(2 ** 31), 1, 2, 3, 4, 2 ** 31 - 1) },
      int16: { shape: [2, 3], data: Int16Array.of(-32768, 1, 2, 3, 4, 32767) },
      int8: { shape: [2, 3], data: Int8Array.of(-128, 1, 2, 3, 4, 127) },
      uint64: { shape: [2, 3], data: BigUint64Array.of(0n, 1n, 2n, 3n, 4n, 2n ** 64n - 1n) },
      uint32: { shape: [2, 3], data: Uint32Array.of(0, 1, 2, 3, 4, 2 ** 32 - 1) },
      uint16: { shape: [2, 3], data: Uint16Array.of(0, 1, 2, 3, 4, 65535) },
      uint8: { shape: [2, 3], data: Uint8Array.of(0, 1, 2, 3, 4, 255) },
    });
  });

  it('are read: scalars, empty tensors, special values, odd names', () => {
    const { tensors, metadata } = decodeSafetensors(readFileSync(fixture('odd-cases.safetensors')));
    expect(metadata).toEqual({});
    expect(tensors).toEqual({
      scalar: { shape: [], data: Float64Array.of(-1.5) },
      empty: { shape: [0, 3], data: new Float64Array(0) },
      special: { shape: [5], data: Float64Array.of(Number.NaN, Infinity, -Infinity, -0, 5e-324) },
      'quo"te\\ \n\u0001 é中😀': { shape: [3], data: Uint8Array.of(0, 1, 2) },
      odd: { shape: [5], data: Int16Array.of(0, 1, 2, 3, 4) },
    });
  });

  it.each([
    'all-dtypes.safetensors',
    'odd-cases.safetensors',
    'narrow-dtypes.safetensors',
    'sub-byte.safetensors',
    'numbered.safetensors',
  ])('are written byte for byte: %s', (file) => {
    const bytes = readFileSync(fixture(file));
    const { tensors, metadata } = decodeSafetensorsMap(bytes);
    expect(Buffer.from(encodeSafetensors(tensors, metadata)).equals(bytes)).toBe(true);
    if (file !== 'numbered.safetensors') {
      const { tensors, metadata } = decodeSafetensors(bytes);
      expect(Buffer.from(encodeSafetensors(tensors, metadata)).equals(bytes)).toBe(true);
    }
  });

  it('are read in the order of their names, numbers or not', () => {
    const bytes = readFileSync(fixture('numbered.safetensors'));
    const names = ['0', '1', '10', '11', '2', '3', '4', '5', '6', '7', '8', '9'];
    expect([...decodeSafetensorsMap(bytes).tensors.keys()]).toEqual(names);
    expect(Object.keys(decodeSafetensors(bytes).tensors)).toEqual(names.sort((a, b) => +a - +b));
  });

  it('and the reference reads what is written here', (context) => {
    const python = process.env.CIFARLAB_PYTHON ?? 'python3';
    try {
      execFileSync(python, ['-c', 'import numpy, safetensors'], { stdio: 'pipe' });
    } catch {
      context.skip(`${python} with numpy and safetensors was not found (CIFARLAB_PYTHON names another)`);
    }
    const dir = mkdtempSync(join(tmpdir(), 'cifarlab-safetensors-'));
    try {
      const given: Record<string, Tensor> = {};
      // Small elements first, in odd numbers: the alignment has to come from the layout.
      for (const Ctor of constructors.toReversed()) {
        const data = new Ctor(Uint8Array.from({ length: 3 * Ctor.BYTES_PER_ELEMENT }, (_, i) => 37 * i + 1).buffer);
        given[Ctor.name.replace('Big', '').replace('Array', '').toLowerCase()] = { shape: [3, 1], data };
      }
      given['scalar ü'] = { shape: [], data: Float64Array.of(Math.PI) };
      given.empty = { shape: [2, 0], data: new Float32Array(0) };
      const file = join(dir, 'ours.safetensors');
      writeFileSync(file, encodeSafetensors(given, { format: 'np', note: 'ü✓' }));
      const report = execFileSync(python, [fixture('check.py'), file], { encoding: 'utf8' });
      const dtype = (key: string) => ({ 'scalar ü': 'float64', empty: 'float32' })[key] ?? key;
      expect(JSON.parse(report)).toEqual({
        metadata: { format: 'np', note: 'ü✓' },
        tensors: Object.fromEntries(
          Object.entries(given).map(([key, tensor]) => [
            key,
            { dtype: dtype(key), shape: tensor.shape, hex: exact(tensor).bytes },
          ]),
        ),
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
