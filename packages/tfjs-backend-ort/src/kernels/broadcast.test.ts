import { expect, it } from 'vitest';
import { collapseBroadcast } from './broadcast.js';

it.each([
  [[2, 3], [2, 3], { a: [6], b: [6], out: [6] }],
  [[32, 8, 8, 64], [64], { a: [2048, 64], b: [1, 64], out: [2048, 64] }],
  [[64], [32, 8, 8, 64], { a: [1, 64], b: [2048, 64], out: [2048, 64] }],
  [[4, 5], [4, 1], { a: [4, 5], b: [4, 1], out: [4, 5] }],
  [[4, 1, 6], [5, 1], { a: [4, 1, 6], b: [1, 5, 1], out: [4, 5, 6] }],
  [[4, 1, 6], [], { a: [24], b: [1], out: [24] }],
  [[1, 1], [], { a: [1], b: [1], out: [1] }],
])('%j with %j', (a, b, expected) => {
  expect(collapseBroadcast(a, b)).toEqual(expected);
});
