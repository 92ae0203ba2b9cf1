import type { DataSet } from '@cifarlab/cifar10';
import type { MLP, MlpConfig, MlpLearner } from '@cifarlab/ndarray-mlp';
import ndarray from 'ndarray';
import { oneOfTexts } from '../records/schemas.js';
import { versionsOf } from '../run/machine.js';
import { defaultNegativeSlope, rowOf } from '../settings/table.js';
import { ndarrayBatches } from './batches.js';
import { mlpConfig, type SavedMlp } from './mlp-config.js';
import { checkMlp, mlpWarnings, smallestMlpBatch } from './mlp-rules.js';
import {
  type ClassifiedBatch,
  defineNetwork,
  type SavedNetwork,
  type TrainedNetwork,
  type Weights,
} from './network.js';
import { usualTraining } from './usual-settings.js';

const choices = {
  activation: ['elu', 'relu', 'leaky-relu', 'tanh'],
  norm: ['none', 'batch'],
  optimizer: ['sgd'],
} as const;

const batches = ndarrayBatches(1000);

/** The multi-layer perceptron by hand, on ndarrays. */
export const mlpNdarray = defineNetwork({
  name: 'mlp-ndarray',
  description: 'the multi-layer perceptron with forward and backward passes by hand, on ndarrays',
  settings: {
    dnnHiddenUnits: [100],
    activation: 'elu',
    negativeSlope: null,
    norm: 'none',
    init: 'course',
    from: null,
    optimizer: 'sgd',
    momentum: 0,
    weightDecay: 0,
    dtype: 'float64',
    learningRate: 1e-3,
    ...usualTraining({ maxSteps: 1400, batchSize: 200, evalFreq: 100 }),
  },
  choices,
  check: checkMlp,
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
  engine: 'ndarray',
  needs: 'dense',
  mirrors: false,
  isQuick: true,
  firstLayer: { weights: 'layers.0.weight', name: 'the first layer', next: 'layers.1.weight' },
  versions: () => versionsOf(['cifar10', 'ndarray-mlp', 'numpy-random', 'trainer'].map((name) => `@cifarlab/${name}`)),
  config: mlpConfig<SavedMlp<MlpConfig>>({
    activation: oneOfTexts(choices.activation),
    norm: oneOfTexts(choices.norm),
    dtype: rowOf('dtype').rule.schema,
    output: oneOfTexts(['logits', 'probabilities']),
  }),
  classes: ({ nClasses }) => nClasses,
  layers: ({ nInputs, nHidden, nClasses }) => [nInputs, ...nHidden, nClasses],

  async create({ settings, classNames, rng, start }) {
    const { MLP, MlpLearner } = await import('@cifarlab/ndarray-mlp');
    const { dnnHiddenUnits, activation, norm, init, dtype, momentum, weightDecay } = settings;
    const negativeSlope = settings.negativeSlope ?? defaultNegativeSlope;
    const model = new MLP(3072, dnnHiddenUnits, classNames.length, {
      activation,
      norm,
      init,
      dtype,
      negativeSlope,
      rng,
    });
    if (start !== undefined) load(model, start(save(model).weights));
    return { learner: new MlpLearner(model, { momentum, weightDecay }), batches, save: () => save(model) };
  },

  async restore({ weights, config }) {
    const { MLP, MlpLearner } = await import('@cifarlab/ndarray-mlp');
    const { nInputs, nHidden, nClasses, ...options } = config;
    const model = new MLP(nInputs, [...nHidden], nClasses, options);
    load(model, weights);
    return new TrainedMlp(new MlpLearner(model));
  },

  /** The same network in TensorFlow.js, in float32; it gives logits, whatever `output` is. */
  async toLayersNetwork({ weights, config: { nInputs, nHidden, nClasses, activation, negativeSlope, norm } }) {
    const { createMlp, loadState } = await import('@cifarlab/mlp');
    const model = createMlp({ nInputs, nHidden, numClasses: nClasses, activation, negativeSlope, norm });
    try {
      loadState(model, weights);
      return { model, register: '@cifarlab/mlp/register' };
    } catch (error) {
      model.dispose();
      throw error;
    }
  },
});

function save(model: MLP): SavedNetwork<SavedMlp<MlpConfig>> {
  const weights = Object.entries(model.toState()).map(
    ([name, { shape, data }]) => [name, { shape: [...shape], data }] as const,
  );
  const { nInputs, nHidden, numClasses: nClasses, ...options } = model.config;
  return { weights: Object.fromEntries(weights), config: { nInputs, nHidden, nClasses, ...options } };
}

function load(model: MLP, weights: Weights): void {
  const state = Object.entries(weights).map(
    ([name, { shape, data }]) => [name, ndarray(data as Float64Array, [...shape])] as const,
  );
  model.loadState(Object.fromEntries(state));
}

class TrainedMlp implements TrainedNetwork {
  readonly #learner: MlpLearner;

  constructor(learner: MlpLearner) {
    this.#learner = learner;
  }

  *classify(split: DataSet): Iterable<ClassifiedBatch> {
    for (const batch of batches.every(split)) {
      yield { ...this.#learner.classify(batch), classes: batch.classes };
    }
  }

  predict(image: Float32Array): ArrayLike<number> {
    return this.#learner.predict(ndarray(image, [1, image.length])).data;
  }
}
