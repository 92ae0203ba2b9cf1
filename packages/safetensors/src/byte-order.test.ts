import { expect, it } from 'vitest';
import { hostIsLittleEndian, swapBytes } from './byte-order.js';

it('swaps the bytes of every element', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  swapBytes(bytes, 4);
  expect([...bytes]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  swapBytes(bytes, 1);
  expect([...bytes]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
});

it('knows the order of this machine', () => {
  const big = new Uint8Array(Float64Array.of(1).buffer)[0] === 0x3f;
  expect(hostIsLittleEndian).toBe(!big);
});
