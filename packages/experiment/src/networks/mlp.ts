import { CLASS_NAMES } from '@cifarlab/cifar10';
import type { MlpOptions } from '@cifarlab/mlp';
import * as v from 'valibot';
import { count, fraction } from '../records/schemas.js';
import { type AllSettings, defaultNegativeSlope, rowOf } from '../settings/table.js';
import { flatBatches } from './batches.js';
import { mlpConfig, mlpOptions, type SavedMlp } from './mlp-config.js';
import { checkMlp, mlpWarnings, smallestMlpBatch } from './mlp-rules.js';
import { optimizerSlots } from './optimizer-slots.js';
import { plainOptimizers } from './plain-optimizers.js';
import { defineTfjsNetwork } from './tfjs-network.js';
import { oneCycle, plainOptimizer, usualTraining } from './usual-settings.js';

/** The multi-layer perceptron in TensorFlow.js. */
export const mlp = defineTfjsNetwork({
  name: 'mlp',
  description: 'the multi-layer perceptron in TensorFlow.js, by autodiff',
  settings: {
    preset: 'course',
    dnnHiddenUnits: [100],
    activation: 'elu',
    negativeSlope: null,
    norm: 'none',
    dropout: 0,
    init: 'course',
    from: null,
    ...plainOptimizer('sgd', 1e-3),
    ...usualTraining({ maxSteps: 1400, batchSize: 200, evalFreq: 100 }),
  },
  presets: {
    /** The best of the experiments of question 2.1: three wide normalised layers. */
    strong: {
      ...oneCycle,
      optimizer: 'sgd',
      learningRate: 0.1,
      momentum: 0.9,
      nesterov: true,
      dnnHiddenUnits: [1024, 1024, 1024],
      activation: 'gelu',
      norm: 'batch',
      init: 'he',
      maxSteps: 6750,
      evalFreq: 225,
      crop: 2,
    },
  },
  choices: { optimizer: plainOptimizers },
  check: checkMlp,
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
  needs: 'dense',
  isQuick: true,
  packages: ['@cifarlab/mlp', '@cifarlab/layernorm'],
  register: '@cifarlab/mlp/register',
  batches: flatBatches(1000),
  firstLayer: { weights: 'layers.0.weight', name: 'the first layer', next: 'layers.1.weight' },
  config: mlpConfig<SavedMlp<Omit<MlpOptions, 'rng'>>>({
    activation: rowOf('activation').rule.schema,
    norm: rowOf('norm').rule.schema,
    dropout: v.optional(fraction),
    init: v.optional(rowOf('init').rule.schema),
    seed: v.optional(count),
  }),
  classes: ({ nClasses }) => nClasses,
  layers: ({ nInputs, nHidden, nClasses }) => [nInputs, ...nHidden, nClasses],

  async stepBytes(settings) {
    const { trainingBytes } = await import('@cifarlab/mlp');
    // Classes of one's own are hardly more than these, and weigh little.
    const options = { ...mlpOptions(shapeOf(settings, CLASS_NAMES)), optimizerSlots: optimizerSlots(settings) };
    return (batchSize) => trainingBytes({ ...options, batchSize });
  },

  configOf(settings, classNames) {
    const { nInputs, nHidden, nClasses, activation, norm, dropout } = shapeOf(settings, classNames);
    const negativeSlope = settings.negativeSlope ?? defaultNegativeSlope;
    const { init, seed } = settings;
    return { nInputs, nHidden, nClasses, activation, negativeSlope, norm, dropout, init, seed };
  },

  async build(config, rng) {
    const { createMlp } = await import('@cifarlab/mlp');
    const options = mlpOptions(config);
    return createMlp(rng === undefined ? options : { ...options, rng });
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

/** Returns the network without its seed; the number of classes is that of the dataset. */
function shapeOf(
  {
    dnnHiddenUnits,
    activation,
    norm,
    dropout,
  }: Pick<AllSettings, 'dnnHiddenUnits' | 'activation' | 'norm' | 'dropout'>,
  classNames: readonly string[],
) {
  return { nInputs: 3072, nHidden: dnnHiddenUnits, nClasses: classNames.length, activation, norm, dropout };
}
