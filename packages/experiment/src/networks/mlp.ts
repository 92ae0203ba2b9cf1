import { CLASS_NAMES } from '@cifarlab/cifar10';
import type { MlpOptions } from '@cifarlab/mlp';
import * as v from 'valibot';
import { count, fraction, oneOfTexts } from '../records/schemas.js';
import { defaultNegSlope, mlpWarnings, smallestMlpBatch } from '../settings/mlp-rules.js';
import { activations, inits, type MlpSettings, norms } from '../settings/mlp-settings.js';
import { optimizerSlots } from '../settings/optimizer-settings.js';
import { flatBatches } from './batches.js';
import { mlpConfig } from './mlp-config.js';
import { tfjsNetwork } from './tfjs-network.js';

/** The multi-layer perceptron in TensorFlow.js, by autodiff. */
export const mlp = tfjsNetwork<MlpSettings, Omit<MlpOptions, 'rng'>>({
  name: 'mlp',
  description: 'the multi-layer perceptron in TensorFlow.js, by autodiff',
  needs: 'dense',
  isQuick: true,
  packages: ['@cifarlab/mlp', '@cifarlab/layernorm'],
  batches: flatBatches(1000),
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
  config: mlpConfig({
    activation: oneOfTexts(activations),
    norm: oneOfTexts(norms),
    dropout: v.optional(fraction),
    init: v.optional(oneOfTexts(inits)),
    seed: v.optional(count),
  }),
  classes: ({ nClasses }) => nClasses,
  layers: ({ nInputs, nHidden, nClasses }) => [nInputs, ...nHidden, nClasses],
  firstLayer: { weights: 'layers.0.weight', name: 'the first layer', next: 'layers.1.weight' },

  async stepBytes(settings) {
    const { trainingBytes } = await import('@cifarlab/mlp');
    // Classes of one's own are hardly more than these, and weigh little.
    const options = { ...shapeOf(settings, CLASS_NAMES), optimizerSlots: optimizerSlots(settings) };
    return (batchSize) => trainingBytes({ ...options, batchSize });
  },

  configOf(settings, classNames) {
    const { nInputs, nHidden, nClasses, activation, norm, dropout } = shapeOf(settings, classNames);
    const negativeSlope = settings.negSlope ?? defaultNegSlope;
    const { init, seed } = settings;
    return { nInputs, nHidden, nClasses, activation, negativeSlope, norm, dropout, init, seed };
  },

  async build(config, rng) {
    const { createMlp } = await import('@cifarlab/mlp');
    return createMlp(rng === undefined ? config : { ...config, rng });
  },

  async save(model) {
    const { toState } = await import('@cifarlab/mlp');
    return toState(model);
  },

  async load(model, weights) {
    const { loadState } = await import('@cifarlab/mlp');
    loadState(model, weights);
  },
});

/** The network without its seed; the number of classes is that of the dataset. */
function shapeOf({ dnnHiddenUnits, activation, norm, dropout }: MlpSettings, classNames: readonly string[]) {
  return { nInputs: 3072, nHidden: dnnHiddenUnits, nClasses: classNames.length, activation, norm, dropout };
}
