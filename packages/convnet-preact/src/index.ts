export { createPreActConvNet, type PreActConvNetOptions } from './create-pre-act-conv-net.js';
export { Conv2d, type Conv2dArguments } from './layers/conv2d.js';
export { Linear, type LinearArguments } from './layers/linear.js';
export { MaxPool3x3 } from './layers/max-pool.js';
export { PreActBlock, type PreActBlockArguments } from './layers/pre-act-block.js';
export type { Seed } from './layers/seed.js';
export { registerLayers } from './register-layers.js';
export { loadTorchState } from './torch/load-torch-state.js';
export { type TorchState, toTorchState } from './torch/to-torch-state.js';
