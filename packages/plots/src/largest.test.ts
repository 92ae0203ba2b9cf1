import { expect, it } from 'vitest';
import { largest } from './largest.js';

it('is found among more values than a call takes arguments', () => {
  const values = Array.from({ length: 500_000 }, (_, i) => Math.sin(i));
  values[300_000] = 2;
  expect(largest(values)).toBe(2);
});

it('is -Infinity of no values', () => {
  expect(largest([])).toBe(Number.NEGATIVE_INFINITY);
});
