import { named, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import { defineNetwork } from './define-network.js';
import { oneCycleOfSgd, plainOptimizer, usualTraining } from './shared-defaults.js';

/** The practical's pre-activation ConvNet in TensorFlow.js. */
export const convnet = defineNetwork({
  name: 'convnet',
  description: "the pre-activation ConvNet of the practical's Figure 5, in TensorFlow.js",
  settings: {
    preset: 'course',
    ...plainOptimizer('adam', 1e-4),
    ...usualTraining({ maxSteps: 5000, batchSize: 32, evalFreq: 500 }),
  },
  presets: {
    strong: {
      ...oneCycleOfSgd,
      labelSmoothing: 0.1,
      batchSize: 128,
      maxSteps: 3519,
      evalFreq: 391,
      crop: 4,
    },
  },
  check({ batchSize }) {
    if (batchSize > 1) return;
    throw new SettingError({
      setting: 'batchSize',
      value: batchSize,
      rule: 'leaves one value per channel to the last batch norm',
      remedy: sentence`use a larger ${named('batchSize')}`,
    });
  },
  smallestBatch: () => 2,
});
