import { sameShape } from '@cifarlab/internals/shapes';
import { show } from '@cifarlab/internals/show';
import type { NdArray } from 'ndarray';
import { rowSums } from './broadcast.js';
import type { DType, FloatNdArray } from './float-array.js';

/**
 * Requires an ndarray of floats, of the given precision if one is given.
 *
 * @throws TypeError naming the dtype received.
 */
export function requireFloat(x: NdArray, name: string, dtype?: DType): asserts x is FloatNdArray {
  const received: string = x.dtype;
  if (dtype === undefined ? received !== 'float32' && received !== 'float64' : received !== dtype) {
    throw new TypeError(
      `${name} has dtype ${received}, but ${dtype ?? 'float32 or float64'} is needed; ` +
        `convert it, or give the module the dtype of its input.`,
    );
  }
}

/**
 * Requires the upstream gradient of an output: the same shape and dtype.
 *
 * @throws TypeError on another dtype, RangeError on another shape.
 */
export function requireUpstream(
  dout: NdArray,
  shape: readonly number[],
  dtype: DType,
  module: string,
): asserts dout is FloatNdArray {
  requireFloat(dout, `${module}: dout`, dtype);
  if (!sameShape(dout.shape, shape)) {
    throw new RangeError(
      `${module}: dout has shape ${show(dout.shape)}, but the last forward gave ${show(shape)}; ` +
        'pass the gradient of that output.',
    );
  }
}

/**
 * Returns what the forward pass kept for the backward pass.
 *
 * @throws Error when there was no forward pass.
 */
export function requireForward<T>(cache: T | undefined, module: string): T {
  if (cache === undefined) throw new Error(`${module}: backward before forward; call forward(x) first.`);
  return cache;
}

/**
 * Requires targets that a cross entropy is defined for: one probability distribution (as a rule, one-hot) per row.
 *
 * @throws TypeError on a dtype other than that of `x`; RangeError on another shape, no rows, or a row whose sum is not 1.
 */
export function requireTargets(x: NdArray, targets: NdArray, module: string): asserts targets is FloatNdArray {
  requireFloat(x, `${module}: x`);
  if (x.dimension !== 2 || x.size === 0) {
    throw new RangeError(`${module}: x has shape ${show(x.shape)}, but [S, C] with S and C of 1 or more is needed.`);
  }
  if (!sameShape(targets.shape, x.shape)) {
    throw new RangeError(
      `${module}: targets have shape ${show(targets.shape)}, but one-hot rows of shape ${show(x.shape)} are needed; ` +
        `turn class numbers into rows with oneHot(classes, ${x.shape[1]}).`,
    );
  }
  requireFloat(targets, `${module}: the targets array`, x.dtype);
  const sums = rowSums(targets).data;
  const row = sums.findIndex((sum) => !(Math.abs(sum - 1) < 1e-3));
  if (row >= 0) {
    throw new RangeError(`${module}: row ${row} of the targets sums to ${sums[row]}, but a one-hot row sums to 1.`);
  }
}

/** @throws TypeError unless `value` can draw the numbers that weights start with. */
export function requireRandom(value: unknown, name: string): void {
  const { normals, uniform } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof normals !== 'function' || typeof uniform !== 'function') {
    throw new TypeError(`${name} is ${show(value)}, but a RandomState of @cifarlab/numpy-random is needed.`);
  }
}
