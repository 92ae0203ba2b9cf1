import * as v from 'valibot';
import { count, objectWith } from '../records/schemas.js';
import type { ConvNetSettings } from '../settings/convnet-settings.js';
import { optimizerSlots } from '../settings/optimizer-settings.js';
import { imageBatches } from './batches.js';
import { classCount } from './class-count.js';
import { tfjsNetwork } from './tfjs-network.js';

/** What the network can be made of again. */
interface Config {
  numClasses: number;
  seed?: number | undefined;
}

/** The pre-activation ConvNet of the practical's Figure 5, in TensorFlow.js. */
export const convnet = tfjsNetwork<ConvNetSettings, Config>({
  name: 'convnet',
  description: "the pre-activation ConvNet of the practical's Figure 5, in TensorFlow.js",
  needs: 'convolutional',
  isQuick: false,
  packages: ['@cifarlab/convnet-preact'],
  batches: imageBatches(200),
  smallestBatch: () => 2,
  config: objectWith({ numClasses: classCount, seed: v.optional(count) }) as v.GenericSchema<unknown, Config>,
  classes: ({ numClasses }) => numClasses,
  firstLayer: { weights: 'conv0.weight', name: 'conv0' },

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
