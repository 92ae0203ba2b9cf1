// A program of its own, so that tests can kill it: `child-tfjs FOLDER DATA [STEP]` trains a network with batch norm and
// dropout on augmented pictures, as `child.ts` does its own.
import { loadCifar10 } from '@cifarlab/cifar10';
import { AdamW } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { TfjsLearner } from '../../src/tfjs.js';
import { runInFolder } from './run-in-folder.js';
import { smallConvNet } from './small-convnet.js';

const [path, dataDir, waitAt] = process.argv.slice(2);
await tf.setBackend('cpu');
const { train, validation } = await loadCifar10({
  dataDir: dataDir!,
  allowUnverified: true,
  offline: true,
  validationSize: 9,
  augment: { flip: true, crop: 4, cutout: 8 },
});
const model = smallConvNet(1, { inputShape: [32, 32, 3], strides: 5, classes: 10 });
const options = {
  learner: new TfjsLearner({ model, optimizer: new AdamW(), labelSmoothing: 0.1 }),
  data: {
    next: () => train.nextBatchNhwc(7),
    saveState: () => train.getState(),
    loadState: (state: Parameters<typeof train.setState>[0]) => train.setState(state),
  },
  evaluate: { validation: () => validation.batchesNhwc(4) },
  maxSteps: 40,
  evalFreq: 7,
  checkpointFreq: 5,
  learningRate: 1e-3,
};
await runInFolder(path!, waitAt, options, ['conv/kernel', 'norm/running_mean']);
