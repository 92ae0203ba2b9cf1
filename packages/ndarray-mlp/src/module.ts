import type { NdArray } from 'ndarray';
import type { FloatNdArray } from './float-array.js';

/**
 * Whether a forward pass is part of training or of evaluation: batch normalisation takes its statistics from the batch
 * in the one and from its running estimates in the other. Said at each call, so no module is left in the wrong mode.
 *
 * @useDeclaredType
 */
export type Mode = (typeof MODES)[number];

export const MODES = ['training', 'evaluation'] as const;

/** A differentiable function with its gradient written by hand. */
export interface Module {
  /** Learned parameters, by name. The arrays stay the same ones for the life of the module. */
  readonly params: Readonly<Record<string, FloatNdArray>>;
  /** The gradient of the loss with respect to each of `params`; overwritten in place by every backward pass. */
  readonly grads: Readonly<Record<string, FloatNdArray>>;
  /** Arrays that are kept with the parameters but not learned, such as running statistics. */
  readonly buffers?: Readonly<Record<string, FloatNdArray>>;
  /**
   * Returns the output, in a new array. The module remembers `x` (not a copy) for the backward pass.
   *
   * @param mode 'training' by default.
   */
  forward(x: NdArray, mode?: Mode): FloatNdArray;
  /**
   * Runs the backward pass of the last `forward`: sets `grads`.
   *
   * @param dout dL/d(output), in the shape of that output.
   * @returns dL/dx, in a new array.
   * @throws Error when there was no forward pass.
   */
  backward(dout: NdArray): FloatNdArray;
  /**
   * As `backward`, without dL/dx: for the first layer of a network, whose input gradient nobody needs and which would
   * cost as much as the gradient of its weights.
   */
  backwardParams?(dout: NdArray): void;
}

/** A mean loss over the rows of a batch, as a pure function of predictions and targets. */
export interface Loss {
  /**
   * @param x predictions [S, C].
   * @param targets [S, C], one-hot (or any probabilities), in the dtype of `x`.
   * @returns the mean over the S rows.
   * @throws TypeError on a dtype mismatch; RangeError on a shape mismatch or rows that do not sum to 1.
   */
  forward(x: NdArray, targets: NdArray): number;
  /** dL/dx, [S, C]; same arguments and errors as `forward`. */
  backward(x: NdArray, targets: NdArray): FloatNdArray;
}
