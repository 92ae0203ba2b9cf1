import { createPreActConvNet, trainingBytes } from '@cifarlab/convnet-preact';
import {
  type ConvNetSettingFlags,
  type ConvNetSettings,
  checkConvNetSettings,
  convNetSettingsOf,
  optimizerSlots,
} from '@cifarlab/experiment';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { type ConvNetConfig, convNetKind } from '../networks/tfjs-network.js';
import { type TensorflowNetwork, type TensorflowRunFlags, trainTensorflow } from './train-tensorflow.js';

/** What the command line gives, defaults and preset filled in. */
export interface ConvNetFlags extends ConvNetSettingFlags, TensorflowRunFlags {}

const convNet: TensorflowNetwork<ConvNetSettings, ConvNetConfig> = {
  name: 'convnet',
  kind: convNetKind,
  packages: ['@cifarlab/convnet-preact'],
  check: checkConvNetSettings,
  warnings: () => [],
  smallestBatch: () => 2,
  stepBytes: (settings, batchSize) => trainingBytes({ batchSize, optimizerSlots: optimizerSlots(settings) }),
  config: ({ seed }, { classNames }) => ({ numClasses: classNames.length, seed }),
  // Its weights have streams of their own, so that the batches are those of a fresh generator, as in PyTorch's course.
  create: (config) => createPreActConvNet(config),
};

/** `train convnet`: the pre-activation ConvNet in TensorFlow.js. */
export function trainConvNet(flags: ConvNetFlags, given: ReadonlySet<string>, io: Io): Promise<ExitCode> {
  return trainTensorflow(convNet, convNetSettingsOf(flags), flags, given, io);
}
