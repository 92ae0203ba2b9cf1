import { expect, test } from 'vitest';
import { sameShape } from './shapes.js';

test.each<[number[], number[], boolean]>([
  [[], [], true],
  [[2, 3], [2, 3], true],
  [[2, 3], [3, 2], false],
  [[2], [2, 1], false],
  [[2, 1], [2], false],
])('%j and %j', (a, b, same) => {
  expect(sameShape(a, b)).toBe(same);
});
