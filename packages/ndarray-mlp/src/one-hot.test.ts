import { expect, it } from 'vitest';
import { oneHot } from './index.js';

it('puts a 1 at the class of each row', () => {
  const rows = oneHot(Uint8Array.of(2, 0), 3, 'float32');
  expect(rows.dtype).toBe('float32');
  expect(rows.shape).toEqual([2, 3]);
  expect(Array.from(rows.data)).toEqual([0, 0, 1, 1, 0, 0]);
});

it('refuses what is not a class', () => {
  expect(() => oneHot([0, 3], 3)).toThrow('oneHot: class 3 at position 1 is not a whole number from 0 to 2.');
  expect(() => oneHot([0.5], 3)).toThrow(/class 0.5 at position 0/);
  expect(() => oneHot([0], 0)).toThrow('oneHot: numClasses must be a whole number of 1 or more; got 0.');
});
