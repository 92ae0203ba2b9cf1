import { CLASS_NAMES } from '@cifarlab/cifar10';
import { createMlp, trainingBytes } from '@cifarlab/mlp';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { type MlpConfig, mlpKind, mlpOptions } from '../networks/tfjs-network.js';
import { defaultNegSlope, mlpWarnings, smallestMlpBatch } from './mlp-rules.js';
import { checkMlpSettings, type MlpSettingFlags, type MlpSettings, mlpSettingsOf } from './mlp-settings.js';
import { optimizerSlots } from './optimizer-settings.js';
import { type TensorflowNetwork, type TensorflowRunFlags, trainTensorflow } from './train-tensorflow.js';

/** What the command line gives, defaults filled in. */
export interface MlpFlags extends MlpSettingFlags, TensorflowRunFlags {}

/** The network without its seed; the number of classes is that of the dataset. */
function shape({ dnnHiddenUnits, activation, norm, dropout }: MlpSettings, classNames: readonly string[]) {
  return { nInputs: 3072, nHidden: dnnHiddenUnits, nClasses: classNames.length, activation, norm, dropout };
}

const mlp: TensorflowNetwork<MlpSettings, MlpConfig> = {
  name: 'mlp',
  kind: mlpKind,
  packages: ['@cifarlab/mlp', '@cifarlab/layernorm'],
  check: checkMlpSettings,
  warnings: mlpWarnings,
  smallestBatch: smallestMlpBatch,
  config: (settings, { classNames }) => {
    const { nInputs, nHidden, nClasses, activation, norm, dropout } = shape(settings, classNames);
    const negativeSlope = settings.negSlope ?? defaultNegSlope;
    const { init, seed } = settings;
    return { nInputs, nHidden, nClasses, activation, negativeSlope, norm, dropout, init, seed };
  },
  // Classes of one's own are hardly more than these, and weigh little.
  stepBytes: (settings, batchSize) =>
    trainingBytes({ ...mlpOptions(shape(settings, CLASS_NAMES)), batchSize, optimizerSlots: optimizerSlots(settings) }),
  create: (config, rng) => createMlp({ ...mlpOptions(config), rng }),
};

/** `train mlp`: the multi-layer perceptron in TensorFlow.js. */
export function trainMlp(flags: MlpFlags, given: ReadonlySet<string>, io: Io): Promise<ExitCode> {
  return trainTensorflow(mlp, mlpSettingsOf(flags), flags, given, io);
}
