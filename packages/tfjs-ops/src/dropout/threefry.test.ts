import { expect, it } from 'vitest';
import { threefry2x32 } from './threefry.js';

/** One block, written as the paper defines it. */
function reference([key0, key1]: readonly number[], [low, high]: readonly number[]): [number, number] {
  const keys = [key0!, key1!, (key0! ^ key1! ^ 0x1bd11bda) >>> 0];
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  let a = (low! + key0!) % 2 ** 32;
  let b = (high! + key1!) % 2 ** 32;
  for (let round = 1; round <= 20; round++) {
    const rotation = rotations[(round - 1) % 8]!;
    a = (a + b) % 2 ** 32;
    b = (((b * 2 ** rotation) % 2 ** 32) + Math.floor(b / 2 ** (32 - rotation))) % 2 ** 32;
    b = (b ^ a) >>> 0;
    if (round % 4 === 0) {
      const injection = round / 4;
      a = (a + keys[injection % 3]!) % 2 ** 32;
      b = (b + keys[(injection + 1) % 3]! + injection) % 2 ** 32;
    }
  }
  return [a, b];
}

const blocks = (length: number, key: readonly [number, number], high: number) => {
  const words = new Uint32Array(length);
  threefry2x32(words, key, high);
  return [...words];
};

it('has a reference that gives the known answers of the Random123 library', () => {
  const all = 0xffffffff;
  expect(reference([0, 0], [0, 0])).toEqual([0x6b200159, 0x99ba4efe]);
  expect(reference([all, all], [all, all])).toEqual([0x1cb996fc, 0xbb002be7]);
  expect(reference([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual([0xc4923a9c, 0x483df7a0]);
});

it.each([
  [[0, 0], 0],
  [[42, 3], 1400],
  [[0xffffffff, 0x80000000], 0xfffffffe],
  [[0x13198a2e, 0x03707344], 0x85a308d3],
] as const)('gives the reference for the key %j and the counters (0, %i), (1, …), …', (key, high) => {
  const expected = Array.from({ length: 1000 }, (_, low) => reference(key, [low, high])).flat();
  expect(blocks(2000, key, high)).toEqual(expected);
});

it('takes the words of keys and counters modulo 2^32, and leaves out the other half of an odd block', () => {
  expect(blocks(5, [-1, 2 ** 32], 2 ** 32 + 7)).toEqual(blocks(6, [0xffffffff, 0], 7).slice(0, 5));
});
