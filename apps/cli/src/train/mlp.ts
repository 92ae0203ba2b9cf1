import { createMlp } from '@cifarlab/mlp';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { type MlpConfig, mlpKind } from '../networks/tfjs-network.js';
import { checkMlpShape, defaultNegSlope, mlpWarnings, smallestMlpBatch } from './mlp-rules.js';
import type { MlpSettings } from './mlp-settings.js';
import { checkOptimizer, optimizerSettingsOf } from './optimizer-settings.js';
import { type TensorflowNetwork, type TensorflowRunFlags, trainTensorflow } from './train-tensorflow.js';
import { checkTrainingSettings, type TrainingFlags, trainingSettingsOf } from './training-settings.js';

/** What the command line gives, defaults filled in. */
export interface MlpFlags extends Omit<MlpSettings, 'negSlope' | 'earlyStopping'>, TrainingFlags, TensorflowRunFlags {
  negSlope?: number;
}

const mlp: TensorflowNetwork<MlpSettings, MlpConfig> = {
  name: 'mlp',
  kind: mlpKind,
  packages: ['@cifarlab/mlp', '@cifarlab/layernorm'],
  check(settings) {
    checkMlpShape(settings);
    checkOptimizer(settings);
    checkTrainingSettings(settings);
  },
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
  config: ({ dnnHiddenUnits, activation, negSlope, norm, dropout, init, seed }, { classNames }) => ({
    nInputs: 3072,
    nHidden: dnnHiddenUnits,
    nClasses: classNames.length,
    activation,
    negativeSlope: negSlope ?? defaultNegSlope,
    norm,
    dropout,
    init,
    seed,
  }),
  create: (config, rng) => createMlp({ ...config, rng }),
};

/** `train mlp`: the multi-layer perceptron in TensorFlow.js. */
export function trainMlp(flags: MlpFlags, given: ReadonlySet<string>, io: Io): Promise<ExitCode> {
  return trainTensorflow(mlp, settingsOf(flags), flags, given, io);
}

function settingsOf(flags: MlpFlags): MlpSettings {
  return {
    dnnHiddenUnits: flags.dnnHiddenUnits,
    activation: flags.activation,
    negSlope: flags.negSlope ?? (flags.activation === 'leaky-relu' ? defaultNegSlope : null),
    norm: flags.norm,
    dropout: flags.dropout,
    init: flags.init,
    ...optimizerSettingsOf(flags),
    ...trainingSettingsOf(flags),
  };
}
