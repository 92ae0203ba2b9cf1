import { createPreActConvNet } from '@cifarlab/convnet-preact';
import { type ExitCode, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { type ConvNetConfig, convNetKind } from '../networks/tfjs-network.js';
import { checkOptimizer, type OptimizerSettings, optimizerSettingsOf } from './optimizer-settings.js';
import type { PresetName } from './presets.js';
import { type TensorflowNetwork, type TensorflowRunFlags, trainTensorflow } from './train-tensorflow.js';
import {
  checkTrainingSettings,
  type TrainingFlags,
  type TrainingSettings,
  trainingSettingsOf,
} from './training-settings.js';

/** Every setting that shapes the numbers of a run of `train convnet`; recorded in its `config.json`. */
export interface ConvNetSettings extends TrainingSettings, OptimizerSettings {
  /** Where the settings come from that the command line does not give. */
  preset: PresetName;
}

/** What the command line gives, defaults and preset filled in. */
export interface ConvNetFlags extends Omit<ConvNetSettings, 'earlyStopping'>, TrainingFlags, TensorflowRunFlags {}

const convNet: TensorflowNetwork<ConvNetSettings, ConvNetConfig> = {
  name: 'convnet',
  kind: convNetKind,
  packages: ['@cifarlab/convnet-preact'],
  check(settings) {
    if (settings.batchSize === 1) {
      throw new UsageError(
        '--batch-size 1 leaves one value per channel to the last batch norm; use a larger --batch-size',
      );
    }
    checkOptimizer(settings);
    checkTrainingSettings(settings);
  },
  warnings: () => [],
  smallestBatch: () => 2,
  config: ({ seed }, { classNames }) => ({ numClasses: classNames.length, seed }),
  // Its weights have streams of their own, so that the batches are those of a fresh generator, as in PyTorch's course.
  create: (config) => createPreActConvNet(config),
};

/** `train convnet`: the pre-activation ConvNet in TensorFlow.js. */
export function trainConvNet(flags: ConvNetFlags, given: ReadonlySet<string>, io: Io): Promise<ExitCode> {
  const settings = { preset: flags.preset, ...optimizerSettingsOf(flags), ...trainingSettingsOf(flags) };
  return trainTensorflow(convNet, settings, flags, given, io);
}
