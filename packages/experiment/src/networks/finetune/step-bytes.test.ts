import { expect, it } from 'vitest';
import type { GivenSettings } from '../../settings/network-settings.js';
import { settingsOf } from '../../settings/settings-of.js';
import { architectures } from './architectures.js';
import { finetune } from './finetune.js';
import { finetuneStepBytes } from './step-bytes.js';

const mib = (batchSize: number, given: GivenSettings<typeof finetune>) => {
  const settings = settingsOf(finetune, given);
  return finetuneStepBytes(settings, architectures[settings.architecture])(batchSize) / 2 ** 20;
};

// What a process with three training steps took at its peak, less what it had before.
it.each<[number, GivenSettings<typeof finetune>, number]>([
  [32, { freezeStages: 0 }, 234],
  [32, { freezeStages: 4 }, 198],
  [16, { freezeStages: 0, resolution: 128 }, 238],
  [16, { freezeStages: 0, architecture: 'efficientnet-lite2' }, 198],
  [32, { freezeStages: 0, architecture: 'efficientnet-lite4', weights: 'none' }, 575],
  [16, { freezeStages: 0, architecture: 'resnet18', weights: 'none' }, 329],
])('of %i images with %j is more than was measured, and less than a half more', (batchSize, given, measured) => {
  expect(mib(batchSize, given)).toBeGreaterThan(measured);
  expect(mib(batchSize, given)).toBeLessThan(1.5 * measured);
});

it('does not grow with the batch where features are known', () => {
  expect(mib(1000, { headOnly: true })).toBe(mib(1, { headOnly: true }));
});
