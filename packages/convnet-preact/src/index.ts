export type { StateSelection } from '@cifarlab/tfjs-ops';
export {
  Linear,
  type LinearArguments,
  loadTorchState,
  MaxPool3x3,
  type Seed,
  type TorchState,
  toTorchState,
} from '@cifarlab/torch-layers';
export { createPreActConvNet, type PreActConvNetOptions } from './create-pre-act-conv-net.js';
export { Conv2d, type Conv2dArguments } from './layers/conv2d.js';
export { PreActBlock, type PreActBlockArguments } from './layers/pre-act-block.js';
export { registerLayers } from './register-layers.js';
export { type TrainingBytesOptions, trainingBytes } from './training-bytes.js';
