export type { StateSelection } from '@cifarlab/tfjs-ops';
export { SeededDropout, type SeededDropoutArguments } from '@cifarlab/tfjs-ops';
export type { Activation } from './activations.js';
export { createMlp, type MlpOptions, type Norm } from './create-mlp.js';
export type { Init } from './initial-weights.js';
export { loadState, type SavedArray, type StateArray, toState } from './mlp-state.js';
export { registerLayers } from './register-classes.js';
export { type TrainingBytesOptions, trainingBytes } from './training-bytes.js';
