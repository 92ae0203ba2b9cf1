import type { DataSet } from '@cifarlab/cifar10';
import type { MLP, MlpConfig, MlpLearner } from '@cifarlab/ndarray-mlp';
import { oneOfTexts } from '../records/schemas.js';
import { versionsOf } from '../run/machine.js';
import { activations, dtypes, type MlpNdarraySettings, norms } from '../settings/mlp-ndarray-settings.js';
import { defaultNegSlope, mlpWarnings, smallestMlpBatch } from '../settings/mlp-rules.js';
import { ndarrayBatches } from './batches.js';
import { mlpConfig } from './mlp-config.js';
import type { ClassifiedBatch, Network, SavedNetwork, TrainedNetwork } from './network.js';

const batches = ndarrayBatches(1000);

/** The multi-layer perceptron with forward and backward passes by hand, on ndarrays. */
export const mlpNdarray: Network<MlpNdarraySettings, MlpConfig> = {
  name: 'mlp-ndarray',
  description: 'the multi-layer perceptron with forward and backward passes by hand, on ndarrays',
  engine: 'ndarray',
  needs: 'dense',
  mirrors: false,
  isQuick: true,
  versions: () =>
    versionsOf(['cifar10', 'gemm', 'ndarray-mlp', 'numpy-random', 'trainer'].map((name) => `@cifarlab/${name}`)),
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
  config: mlpConfig({
    activation: oneOfTexts(activations),
    norm: oneOfTexts(norms),
    dtype: oneOfTexts(dtypes),
    output: oneOfTexts(['logits', 'probabilities']),
  }),
  classes: ({ nClasses }) => nClasses,
  layers: ({ nInputs, nHidden, nClasses }) => [nInputs, ...nHidden, nClasses],
  firstLayer: { weights: 'layers.0.weight', name: 'the first layer', next: 'layers.1.weight' },

  async create({ settings, classNames, rng }) {
    const { MLP, MlpLearner } = await import('@cifarlab/ndarray-mlp');
    const { dnnHiddenUnits, activation, norm, init, dtype, momentum, weightDecay } = settings;
    const negativeSlope = settings.negSlope ?? defaultNegSlope;
    const model = new MLP(3072, dnnHiddenUnits, classNames.length, { activation, norm, init, dtype, negativeSlope, rng });
    return { learner: new MlpLearner(model, { momentum, weightDecay }), batches, save: () => save(model) };
  },

  async restore({ weights, config }) {
    const { MLP, MlpLearner } = await import('@cifarlab/ndarray-mlp');
    const { default: ndarray } = await import('ndarray');
    const { nInputs, nHidden, nClasses, ...options } = config;
    const model = new MLP(nInputs, [...nHidden], nClasses, options);
    const state = Object.entries(weights).map(
      ([name, { shape, data }]) => [name, ndarray(data as Float64Array, [...shape])] as const,
    );
    model.loadState(Object.fromEntries(state));
    return new TrainedMlp(new MlpLearner(model), (image) => ndarray(image, [1, image.length]));
  },
};

function save(model: MLP): SavedNetwork<MlpConfig> {
  const weights = Object.entries(model.state()).map(
    ([name, { shape, data }]) => [name, { shape: [...shape], data }] as const,
  );
  return { weights: Object.fromEntries(weights), config: model.config };
}

type Matrix = Parameters<MlpLearner['predict']>[0];

class TrainedMlp implements TrainedNetwork {
  readonly #learner: MlpLearner;
  readonly #toMatrix: (image: Float32Array) => Matrix;

  constructor(learner: MlpLearner, toMatrix: (image: Float32Array) => Matrix) {
    this.#learner = learner;
    this.#toMatrix = toMatrix;
  }

  *classify(split: DataSet): Iterable<ClassifiedBatch> {
    for (const batch of batches.every(split)) {
      yield { ...this.#learner.classify(batch), classes: batch.classes };
    }
  }

  predict(image: Float32Array): ArrayLike<number> {
    return this.#learner.predict(this.#toMatrix(image)).data;
  }
}
