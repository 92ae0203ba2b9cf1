import { expect, it } from 'vitest';
import { settingsOf } from '../../settings/settings-of.js';
import { fastnet } from './fastnet.js';
import { fastnetStepBytes } from './step-bytes.js';

const mib = (batchSize: number) => fastnetStepBytes(settingsOf(fastnet, {}))(batchSize) / 2 ** 20;

// What a process with three training steps took at its peak, less what it had before.
it.each([
  [50, 249],
  [100, 412],
  [250, 826],
  [500, 1354],
])('of %i images is more than the measured %i MiB, and less than a half more', (batchSize, measured) => {
  expect(mib(batchSize)).toBeGreaterThan(measured);
  expect(mib(batchSize)).toBeLessThan(1.5 * measured);
});
