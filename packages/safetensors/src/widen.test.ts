import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, SafetensorsError, type Tensor, toFloat32 } from './index.js';

const bytes = readFileSync(new URL('../test/fixtures/narrow-dtypes.safetensors', import.meta.url));
const narrow = ['F16', 'BF16', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'];

describe("PyTorch's values", () => {
  it.each(narrow)('of %s', (dtype) => {
    const { tensors } = decodeSafetensors(bytes);
    const { [dtype]: raw, [`${dtype}.float32`]: expected } = tensors;
    expect(raw!.dtype).toBe(dtype);
    expect(raw!.data).toBeInstanceOf(dtype.startsWith('F8') ? Uint8Array : Uint16Array);
    expect(expected!.data.length).toBe(raw!.data.length);
    expect(toFloat32(raw!)).toEqual(expected);
    expect(decodeSafetensors(bytes, { widen: true }).tensors[dtype]).toEqual(expected);
  });

  it('of BOOL, which stay bytes', () => {
    const flags = { shape: [2, 2], data: Uint8Array.of(1, 0, 0, 1), dtype: 'BOOL' };
    expect(decodeSafetensors(bytes).tensors.BOOL).toEqual(flags);
    expect(decodeSafetensors(bytes, { widen: true }).tensors.BOOL).toEqual(flags);
    expect(toFloat32(flags)).toEqual({ shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) });
  });
});

it('one tensor of another dtype leaves the others readable', () => {
  const { tensors } = decodeSafetensors(bytes, { widen: true });
  expect(tensors.F32).toEqual({ shape: [1], data: Float32Array.of(1.5) });
  expect(tensors.U16).toEqual({ shape: [2], data: Uint16Array.of(1, 65535) });
  expect(tensors.C64!.dtype).toBe('C64');
  expect(new Float32Array(Uint8Array.from(tensors.C64!.data as Uint8Array).buffer)).toEqual(
    Float32Array.of(1, 2, -0, -0.5),
  );
});

describe('toFloat32', () => {
  it.each<[Tensor['data'], number[]]>([
    [Float64Array.of(0.1, 1e300), [Math.fround(0.1), Infinity]],
    [BigInt64Array.of(-3n, 2n ** 60n), [-3, 2 ** 60]],
    [BigUint64Array.of(2n ** 64n - 1n, 0n), [2 ** 64, 0]],
    [Int8Array.of(-128, 127), [-128, 127]],
    [Uint16Array.of(65535, 1), [65535, 1]],
  ])('rounds %o', (data, values) => {
    expect(toFloat32({ shape: [2], data })).toEqual({ shape: [2], data: Float32Array.from(values) });
  });

  it('hands on what is float32 already', () => {
    const data = Float32Array.of(1);
    expect(toFloat32({ shape: [1], data }).data).toBe(data);
  });

  it.each<[string, unknown, string]>([
    ['no values', { shape: [1], data: new Uint8Array(8), dtype: 'C64' }, 'A tensor of dtype "C64" has no values'],
    [
      'data that do not fit',
      { shape: [1], data: Float32Array.of(1), dtype: 'F16' },
      'keeps 1 elements in a Uint16Array',
    ],
    ['too few', { shape: [2], data: Uint16Array.of(1), dtype: 'BF16' }, 'keeps 2 elements in a Uint16Array'],
    ['no array', { shape: [2], data: [1, 2] }, 'A tensor of dtype [1,2] has no values'],
  ])('refuses a tensor with %s', (_, tensor, message) => {
    expect(() => toFloat32(tensor as Tensor)).toThrow(SafetensorsError);
    expect(() => toFloat32(tensor as Tensor)).toThrow(message);
  });
});
