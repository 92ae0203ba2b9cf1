export type { SmoothActivation } from '@cifarlab/tfjs-ops';
export {
  loadTorchState,
  type Seed,
  type StateSelection,
  type TorchState,
  toTorchState,
} from '@cifarlab/torch-layers';
export { createFastNet, type FastNetOptions } from './create-fastnet.js';
export { Activation, type ActivationArguments } from './layers/activation.js';
export { DiracConv2d, type DiracConv2dArguments } from './layers/dirac-conv2d.js';
export { ScaledLinear, type ScaledLinearArguments } from './layers/scaled-linear.js';
export { Whitening, type WhiteningArguments } from './layers/whitening.js';
export { registerLayers } from './register-layers.js';
export { type VariableRoles, variableRoles } from './variable-roles.js';
export { type WhitenOptions, whiten } from './whitening/whiten.js';
export { whiteningKernel } from './whitening/whitening-kernel.js';
