import { createPreActConvNet, trainingBytes } from '@cifarlab/convnet-preact';
import { networkOf, type SettingsOf } from '@cifarlab/experiment';
import type { TrainRequest } from '../commands/train-parser.js';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { type ConvNetConfig, convNetKind } from '../networks/tfjs-network.js';
import { optimizerSlots, type TensorflowNetwork, trainTensorflow } from './train-tensorflow.js';

const convNet: TensorflowNetwork<SettingsOf<'convnet'>, ConvNetConfig> = {
  network: networkOf('convnet'),
  kind: convNetKind,
  packages: ['@cifarlab/convnet-preact'],
  stepBytes: (settings, batchSize) => trainingBytes({ batchSize, optimizerSlots: optimizerSlots(settings) }),
  config: ({ seed }, { classNames }) => ({ numClasses: classNames.length, seed }),
  // Its weights have streams of their own, so that the batches are those of a fresh generator, as in PyTorch's course.
  create: (config) => createPreActConvNet(config),
};

/** `train convnet`: the pre-activation ConvNet in TensorFlow.js. */
export function trainConvNet(request: TrainRequest, io: Io): Promise<ExitCode> {
  return trainTensorflow(convNet, request, io);
}
