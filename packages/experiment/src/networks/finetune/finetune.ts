import { versionsOf } from '../../run/machine.js';
import { defineNetwork } from '../network.js';
import { plainOptimizers } from '../plain-optimizers.js';
import { type Architectures, architectures } from './architectures.js';
import { finetuneConfig } from './config.js';
import { checkFinetuning } from './rules.js';
import { finetuneDefaults, finetunePresets } from './settings.js';
import { finetuneStepBytes } from './step-bytes.js';

const packages = [
  ...['efficientnet-lite', 'resnet', 'torch-layers', 'pretrained', 'cifar10', 'tfjs-ops', 'trainer'],
].map((name) => `@cifarlab/${name}`);

/** Defines the fine-tuning of networks of some architectures. */
export function defineFinetune(architectures: Architectures) {
  return defineNetwork({
    name: 'finetune',
    description: 'a network that was trained on ImageNet, fine-tuned in TensorFlow.js',
    settings: finetuneDefaults,
    choices: { optimizer: plainOptimizers },
    presets: finetunePresets,
    check: (settings) => checkFinetuning(settings, architectures),
    smallestBatch: ({ batchNorm }) => (batchNorm === 'training' ? 2 : 1),
    stepBytes: (settings) => finetuneStepBytes(settings, architectures[settings.architecture]),
    engine: 'tensorflow.js',
    needs: 'convolutional',
    mirrors: true,
    isQuick: false,
    versions: () => versionsOf(packages),
    config: finetuneConfig,
    classes: ({ numClasses }) => numClasses,
    images: ({ architecture, resolution }) => ({
      standardize: architectures[architecture].statistics,
      pictureSide: resolution,
    }),
    async create(from) {
      // TensorFlow.js takes its time to load.
      const { finetuneTrainee } = await import('./trainee.js');
      return finetuneTrainee(architectures, from);
    },
    async restore(saved) {
      const { trainedNetwork } = await import('./trained.js');
      return trainedNetwork(architectures, saved);
    },
    async toLayersNetwork(saved) {
      const { finetunedLayers } = await import('./trained.js');
      return finetunedLayers(architectures, saved);
    },
  });
}

/** The fine-tuning of a network that was trained on ImageNet. */
export const finetune = defineFinetune(architectures);
