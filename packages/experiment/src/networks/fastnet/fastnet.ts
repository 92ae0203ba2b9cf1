import { versionsOf } from '../../run/machine.js';
import { named, sentence } from '../../settings/sentence.js';
import { SettingError } from '../../settings/setting-error.js';
import { defineNetwork } from '../network.js';
import { fastnetConfig } from './config.js';
import { fastnetChoices, fastnetDefaults } from './settings.js';
import { fastnetStepBytes } from './step-bytes.js';

const packages = ['fastnet', 'torch-layers', 'cifar10', 'numpy-random', 'tfjs-ops', 'trainer'].map(
  (name) => `@cifarlab/${name}`,
);

/** The network of the CIFAR-10 speed records in TensorFlow.js, with their recipe. */
export const fastnet = defineNetwork({
  name: 'fastnet',
  description: 'the network of the CIFAR-10 speed records (airbench94), in TensorFlow.js',
  settings: fastnetDefaults,
  choices: fastnetChoices,
  check({ whitening, whiteningBiasSteps }) {
    if (whitening || whiteningBiasSteps > 0) return;
    throw new SettingError({
      setting: 'whiteningBiasSteps',
      value: whiteningBiasSteps,
      rule: sentence`leaves a first layer that is trained without its bias, since ${named('whitening')} is off`,
      remedy: 'use 1 or more',
    });
  },
  smallestBatch: () => 1,
  stepBytes: fastnetStepBytes,
  engine: 'tensorflow.js',
  needs: 'convolutional',
  mirrors: true,
  isQuick: false,
  firstLayer: { weights: 'whiten.weight', name: 'whiten' },
  versions: () => versionsOf(packages),
  config: fastnetConfig,
  classes: ({ numClasses }) => numClasses,
  async create(from) {
    // TensorFlow.js takes its time to load.
    const { fastnetTrainee } = await import('./trainee.js');
    return fastnetTrainee(from);
  },
  async restore(saved) {
    const { trainedFastnet } = await import('./trained.js');
    return trainedFastnet(saved);
  },
  async toLayersNetwork(saved) {
    const { fastnetLayers } = await import('./trained.js');
    return fastnetLayers(saved);
  },
});
