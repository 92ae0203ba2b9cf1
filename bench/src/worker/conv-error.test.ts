import { expect, it } from 'vitest';
import { type ConvArrays, type Pass, sampledError } from './conv-error.js';

// One image of 2x2 with two channels, one output channel; the filter is 1 at its middle for channel 0 and 10 at its
// upper left for channel 1.
const shape = { kernel: 3, size: 2, inChannels: 2, outChannels: 1, batch: 1 };
const filter = new Float32Array(18);
filter[4 * 2] = 1;
filter[1] = 10;
const arrays: ConvArrays = { x: [1, 5, 2, 6, 3, 7, 4, 8], filter, dy: [1, 2, 3, 4] };

const exact: Record<Pass, number[]> = {
  // The upper left neighbour is inside of the image for the last pixel only.
  forward: [1, 2, 3, 4 + 10 * 5],
  'input-gradient': [1, 10 * 4, 2, 0, 3, 0, 4, 0],
  // Rows: the nine taps; in each, channels 0 and 1.
  'filter-gradient': [
    ...[1 * 4, 5 * 4, 1 * 3 + 2 * 4, 5 * 3 + 6 * 4, 2 * 3, 6 * 3],
    ...[1 * 2 + 3 * 4, 5 * 2 + 7 * 4, 1 + 4 + 9 + 16, 5 + 12 + 21 + 32, 2 * 1 + 4 * 3, 6 * 1 + 8 * 3],
    ...[3 * 2, 7 * 2, 3 * 1 + 4 * 2, 7 * 1 + 8 * 2, 4 * 1, 8 * 1],
  ],
};

it.each(Object.keys(exact) as Pass[])('finds the values of %s exact, and sees a wrong one', (pass) => {
  expect(sampledError(pass, shape, arrays, exact[pass])).toBe(0);
  const largest = Math.max(...exact[pass]);
  exact[pass].forEach((_, i) => {
    const wrong = exact[pass].with(i, exact[pass][i]! - 1);
    expect(sampledError(pass, shape, arrays, wrong)).toBeCloseTo(1 / Math.max(...wrong, largest - 1));
  });
});
