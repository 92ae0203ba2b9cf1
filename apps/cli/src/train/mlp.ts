import { createMlp } from '@cifarlab/mlp';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { type MlpConfig, mlpKind } from '../networks/tfjs-network.js';
import { defaultNegSlope, mlpWarnings, smallestMlpBatch } from './mlp-rules.js';
import { checkMlpSettings, type MlpSettingFlags, type MlpSettings, mlpSettingsOf } from './mlp-settings.js';
import { type TensorflowNetwork, type TensorflowRunFlags, trainTensorflow } from './train-tensorflow.js';

/** What the command line gives, defaults filled in. */
export interface MlpFlags extends MlpSettingFlags, TensorflowRunFlags {}

const mlp: TensorflowNetwork<MlpSettings, MlpConfig> = {
  name: 'mlp',
  kind: mlpKind,
  packages: ['@cifarlab/mlp', '@cifarlab/layernorm'],
  check: checkMlpSettings,
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
  return trainTensorflow(mlp, mlpSettingsOf(flags), flags, given, io);
}
