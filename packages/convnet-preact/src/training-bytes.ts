import { assertCount } from '@cifarlab/internals/checks';

/** Options of {@link trainingBytes}. */
export interface TrainingBytesOptions {
  /** Images in a batch. */
  batchSize: number;
  /** Arrays that the optimizer keeps beside each weight: 0 for plain SGD, 1 with momentum, 2 for Adam. Default 2. */
  optimizerSlots?: 0 | 1 | 2;
}

const MIB = 2 ** 20;
const PARAMETERS = 11_138_122;
/** Memory of one image: what the forward pass keeps for the backward pass, and what that pass adds. */
const BYTES_PER_IMAGE = 4.5 * MIB;
/** An evaluation of 200 images between steps, whose tensors have other sizes and fit badly between those of a step. */
const EVALUATION = 460 * MIB;
/** Filters in the form that fast convolutions take. */
const TRANSFORMED_FILTERS = 91 * MIB;

/**
 * Estimates the memory that a training step of the practical's network (32x32 images, 64 channels in the first stage)
 * takes at its peak on the backend `ort` of `@cifarlab/tfjs-backend-ort`, made by `TfjsLearner` of `@cifarlab/trainer`: weights,
 * their gradients, the optimizer's state, everything that grows with the batch, and evaluations between the steps.
 *
 * The figures are measured there and rounded up: for batches of 8 to 256 they lie above what thirty steps and the
 * evaluations between them touch.
 *
 * @returns bytes.
 * @throws RangeError when `batchSize` is not a whole number of 1 or more.
 */
export function trainingBytes({ batchSize, optimizerSlots = 2 }: TrainingBytesOptions): number {
  assertCount('trainingBytes: batchSize', batchSize);
  const weights = PARAMETERS * Float32Array.BYTES_PER_ELEMENT * (2 + optimizerSlots);
  return Math.ceil(batchSize * BYTES_PER_IMAGE + weights + TRANSFORMED_FILTERS + EVALUATION);
}
