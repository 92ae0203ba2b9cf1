import { assertCount } from '@cifarlab/internals/checks';
import type { Activation } from './activations.js';
import type { MlpOptions, Norm } from './create-mlp.js';

/** Options of {@link trainingBytes}. */
export interface TrainingBytesOptions
  extends Pick<MlpOptions, 'nInputs' | 'nHidden' | 'numClasses' | 'activation' | 'norm' | 'dropout'> {
  /** Samples in a batch. */
  batchSize: number;
  /** Arrays that the optimizer keeps beside each weight: 0 for plain SGD, 1 with momentum, 2 for Adam. Default 2. */
  optimizerSlots?: 0 | 1 | 2;
}

/** Arrays as large as a hidden layer's output that are alive at the peak of a step, without norm and dropout. */
const ACTIVATION_ARRAYS: Record<Activation, number> = {
  elu: 2.1,
  relu: 2.1,
  'leaky-relu': 2.1,
  tanh: 2.1,
  sigmoid: 2.1,
  silu: 3.5,
  gelu: 5.7,
};
const NORM_ARRAYS: Record<Norm, number> = { none: 0, batch: 0.5, layer: 1.9 };
const DROPOUT_ARRAYS = 1;
/** Tensors come and go in different sizes, which leaves gaps between them. */
const GAPS = 9 / 8;

/**
 * Estimates the memory that a training step of `createMlp`'s network takes at its peak on the backend `ort` of
 * `@cifarlab/tfjs-backend-ort`, made by `TfjsLearner` of `@cifarlab/trainer`: weights, their gradients, the optimizer's
 * state, and the hidden layers' outputs with what their gradients need. The batch stays in the caller's memory.
 *
 * The figures are measured there, and rounded up.
 *
 * @returns bytes.
 * @throws RangeError when `batchSize` is not a whole number of 1 or more.
 */
export function trainingBytes(options: TrainingBytesOptions): number {
  const { batchSize, nInputs, nHidden, numClasses, optimizerSlots = 2 } = options;
  const { activation = 'elu', norm = 'none', dropout = 0 } = options;
  assertCount('batchSize', batchSize);
  const arrays = ACTIVATION_ARRAYS[activation] + NORM_ARRAYS[norm] + (dropout > 0 ? DROPOUT_ARRAYS : 0);
  const hidden = nHidden.reduce((sum, units) => sum + units, 0);
  const perSample = arrays * hidden + 4 * numClasses;
  const widths = [nInputs, ...nHidden, numClasses];
  const parameters = widths.slice(1).reduce((sum, units, i) => sum + units * (widths[i]! + 1), 0);
  const floats = batchSize * perSample + parameters * (2 + optimizerSlots);
  return Math.ceil(GAPS * floats * Float32Array.BYTES_PER_ELEMENT);
}
