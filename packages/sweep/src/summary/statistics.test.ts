import { expect, it } from 'vitest';
import { mean, standardDeviation } from './statistics.js';

it.each([
  [[2, 4, 4, 4, 5, 5, 7, 9], 5, Math.sqrt(32 / 7)],
  [[0.52, 0.54], 0.53, 0.01 * Math.SQRT2],
  [[1, 2, 3], 2, 1],
])('%j has mean %f and standard deviation %f', (values, centre, deviation) => {
  expect(mean(values)).toBeCloseTo(centre, 14);
  expect(standardDeviation(values)).toBeCloseTo(deviation, 14);
});
