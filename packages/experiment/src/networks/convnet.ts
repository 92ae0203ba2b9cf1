import * as v from 'valibot';
import { count, objectWith } from '../records/schemas.js';
import { named, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import { imageBatches } from './batches.js';
import { classCount } from './class-count.js';
import { optimizerSlots } from './optimizer-slots.js';
import { defineTfjsNetwork } from './tfjs-network.js';
import { oneCycle, plainOptimizer, usualTraining } from './usual-settings.js';

/** Description from which the network can be made again. */
export interface ConvnetConfig {
  numClasses: number;
  seed?: number | undefined;
}

/** The practical's pre-activation ConvNet in TensorFlow.js. */
export const convnet = defineTfjsNetwork({
  name: 'convnet',
  description: "the pre-activation ConvNet of the practical's Figure 5, in TensorFlow.js",
  settings: {
    preset: 'course',
    from: null,
    ...plainOptimizer('adam', 1e-4),
    sgdLearningRate: null,
    ...usualTraining({ maxSteps: 5000, batchSize: 32, evalFreq: 500 }),
    alternateFlip: false,
  },
  presets: {
    strong: {
      ...oneCycle,
      optimizer: 'muon',
      learningRate: 0.12,
      momentum: 0.6,
      sgdLearningRate: 0.4,
      labelSmoothing: 0.1,
      batchSize: 512,
      accumulate: 4,
      maxSteps: 880,
      evalFreq: 98,
      crop: 4,
      alternateFlip: true,
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
  choices: { optimizer: ['sgd', 'adam', 'adamw', 'muon'] },
  smallestBatch: () => 2,
  needs: 'convolutional',
  isQuick: false,
  packages: ['@cifarlab/convnet-preact'],
  register: '@cifarlab/convnet-preact/register',
  batches: imageBatches(200),
  firstLayer: { weights: 'conv0.weight', name: 'conv0' },
  config: objectWith({ numClasses: classCount, seed: v.optional(count) }) as v.GenericSchema<unknown, ConvnetConfig>,
  classes: ({ numClasses }) => numClasses,

  async stepBytes(settings) {
    const { trainingBytes } = await import('@cifarlab/convnet-preact');
    return (batchSize) => trainingBytes({ batchSize, optimizerSlots: optimizerSlots(settings) });
  },

  configOf: ({ seed }, { length }) => ({ numClasses: length, seed }),

  // Its weights have streams of their own, so that the batches are those of a fresh generator, as in PyTorch's course.
  async build({ numClasses, seed }) {
    const { createPreActConvNet } = await import('@cifarlab/convnet-preact');
    return createPreActConvNet({ numClasses, ...(seed === undefined ? {} : { seed }) });
  },

  async save(model) {
    const { toTorchState } = await import('@cifarlab/convnet-preact');
    return toTorchState(model);
  },

  async load(model, weights) {
    const { loadTorchState } = await import('@cifarlab/convnet-preact');
    loadTorchState(model, weights);
  },
});
