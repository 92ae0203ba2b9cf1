import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Matrix } from './matrix.js';
import { overlapsItself, shareMemory } from './shared-memory.js';

const buffer = new ArrayBuffer(1024);

const size = fc.integer({ min: 0, max: 4 });
const stride = fc.integer({ min: -5, max: 5 });
const view: fc.Arbitrary<Matrix> = fc
  .record({
    wide: fc.boolean(),
    rows: size,
    columns: size,
    rowStride: stride,
    columnStride: stride,
    offset: fc.integer({ min: 35, max: 60 }),
  })
  .map(({ wide, ...rest }) => ({ data: wide ? new Float64Array(buffer) : new Float32Array(buffer), ...rest }));

/** Returns the bytes of every element, in order. */
function bytes({ data, rows, columns, rowStride, columnStride, offset }: Matrix): number[] {
  const taken: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const start = (offset + i * rowStride + j * columnStride) * data.BYTES_PER_ELEMENT;
      for (let byte = 0; byte < data.BYTES_PER_ELEMENT; byte++) taken.push(data.byteOffset + start + byte);
    }
  }
  return taken;
}

it('a matrix overlaps itself when a byte occurs twice', () => {
  fc.assert(
    fc.property(view, (matrix) => {
      const all = bytes(matrix);
      expect(overlapsItself(matrix)).toBe(new Set(all).size < all.length);
    }),
    { numRuns: 2000 },
  );
});

it('two matrices share memory when a byte occurs in both', () => {
  fc.assert(
    fc.property(view, view, (a, b) => {
      const taken = new Set(bytes(a));
      expect(shareMemory(a, b)).toBe(bytes(b).some((byte) => taken.has(byte)));
    }),
    { numRuns: 2000 },
  );
});

it('counts from the start of the buffer, and tells buffers apart', () => {
  const whole = { data: new Float64Array(buffer), rows: 2, columns: 2, rowStride: 2, columnStride: 1, offset: 4 };
  const part = { ...whole, data: new Float64Array(buffer, 32), offset: 0 };
  expect(shareMemory(whole, part)).toBe(true);
  expect(shareMemory(whole, { ...part, offset: 4 })).toBe(false);
  expect(shareMemory(whole, { ...whole, data: new Float64Array(128) })).toBe(false);
});
