import { expect, test } from 'vitest';
import { littleEndianBytes, swapped } from './little-endian.js';

test('littleEndianBytes are those that a DataView reads', () => {
  const numbers = Float32Array.of(7, 1.5, -2, Number.POSITIVE_INFINITY).subarray(1);
  const bytes = littleEndianBytes(numbers);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(Array.from(numbers, (_, i) => view.getFloat32(4 * i, true))).toEqual([1.5, -2, Number.POSITIVE_INFINITY]);
});

test('swapped reverses the bytes of every number in a copy', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect(swapped(bytes, 4)).toEqual(Uint8Array.of(4, 3, 2, 1, 8, 7, 6, 5));
  expect(bytes[0]).toBe(1);
});
