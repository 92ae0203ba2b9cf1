import { defineNetwork } from './define-network.js';
import { checkMlp, mlpWarnings, smallestMlpBatch } from './mlp-rules.js';
import { oneCycleOfSgd, plainOptimizer, usualTraining } from './shared-defaults.js';

/** The multi-layer perceptron in TensorFlow.js. */
export const mlp = defineNetwork({
  name: 'mlp',
  description: 'the multi-layer perceptron in TensorFlow.js, by autodiff',
  settings: {
    preset: 'course',
    dnnHiddenUnits: [100],
    activation: 'elu',
    negSlope: null,
    norm: 'none',
    dropout: 0,
    init: 'course',
    ...plainOptimizer('sgd', 1e-3),
    ...usualTraining({ maxSteps: 1400, batchSize: 200, evalFreq: 100 }),
  },
  presets: {
    /** The best of the experiments of question 2.1: three wide normalised layers. */
    strong: {
      ...oneCycleOfSgd,
      dnnHiddenUnits: [1024, 1024, 1024],
      activation: 'gelu',
      norm: 'batch',
      init: 'he',
      maxSteps: 6750,
      evalFreq: 225,
      crop: 2,
    },
  },
  check: checkMlp,
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
});
