import { defineNetwork } from './define-network.js';
import { checkMlp, mlpWarnings, smallestMlpBatch } from './mlp-rules.js';
import { usualTraining } from './shared-defaults.js';

/** The multi-layer perceptron by hand, on ndarrays. */
export const mlpNdarray = defineNetwork({
  name: 'mlp-ndarray',
  description: 'the multi-layer perceptron with forward and backward passes by hand, on ndarrays',
  settings: {
    dnnHiddenUnits: [100],
    activation: 'elu',
    negSlope: null,
    norm: 'none',
    init: 'course',
    optimizer: 'sgd',
    momentum: 0,
    weightDecay: 0,
    dtype: 'float64',
    learningRate: 1e-3,
    ...usualTraining({ maxSteps: 1400, batchSize: 200, evalFreq: 100 }),
  },
  choices: {
    activation: ['elu', 'relu', 'leaky-relu', 'tanh'],
    norm: ['none', 'batch'],
    optimizer: ['sgd'],
  },
  check: checkMlp,
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
});
