import { CLASS_NAMES } from '@cifarlab/cifar10';
import { defaultNegSlope, networkOf, type SettingsOf } from '@cifarlab/experiment';
import { createMlp, trainingBytes } from '@cifarlab/mlp';
import type { TrainRequest } from '../commands/train-parser.js';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { type MlpConfig, mlpKind } from '../networks/tfjs-network.js';
import { optimizerSlots, type TensorflowNetwork, trainTensorflow } from './train-tensorflow.js';

type MlpSettings = SettingsOf<'mlp'>;

/** The network without its seed; the number of classes is that of the dataset. */
function shape({ dnnHiddenUnits, activation, norm, dropout }: MlpSettings, classNames: readonly string[]) {
  return { nInputs: 3072, nHidden: dnnHiddenUnits, nClasses: classNames.length, activation, norm, dropout };
}

const mlp: TensorflowNetwork<MlpSettings, MlpConfig> = {
  network: networkOf('mlp'),
  kind: mlpKind,
  packages: ['@cifarlab/mlp', '@cifarlab/layernorm'],
  config: (settings, { classNames }) => {
    const { nInputs, nHidden, nClasses, activation, norm, dropout } = shape(settings, classNames);
    const negativeSlope = settings.negSlope ?? defaultNegSlope;
    const { init, seed } = settings;
    return { nInputs, nHidden, nClasses, activation, negativeSlope, norm, dropout, init, seed };
  },
  // Classes of one's own are hardly more than these, and weigh little.
  stepBytes: (settings, batchSize) =>
    trainingBytes({ ...shape(settings, CLASS_NAMES), batchSize, optimizerSlots: optimizerSlots(settings) }),
  create: (config, rng) => createMlp({ ...config, rng }),
};

/** `train mlp`: the multi-layer perceptron in TensorFlow.js. */
export function trainMlp(request: TrainRequest, io: Io): Promise<ExitCode> {
  return trainTensorflow(mlp, request, io);
}
