import { assertCount, assertOneOf } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { type LayerNormOptions, resolveEpsilon } from '../options.js';
import { assertFloat, type DType, type FloatNdArray, zeros } from './float-array.js';
import { type LayerNormCache, layerNormBackward, layerNormForward } from './layer-norm.js';

const DTYPES: readonly DType[] = ['float64', 'float32'];

/** Options of {@link LayerNorm}. */
export interface LayerNormModuleOptions extends LayerNormOptions {
  /** The precision the layer computes in; default 'float64'. */
  dtype?: DType;
}

/**
 * Layer normalisation as a module with parameters, `Module` of `@cifarlab/ndarray-mlp` by shape. Names and layouts are
 * those of `torch.nn.LayerNorm(features)`: gamma is `params.weight` (starts at 1), beta `params.bias` (at 0), both
 * [features]. It does the same in training and in evaluation.
 */
export class LayerNorm {
  /** gamma is `weight`, beta `bias`; both [features]. */
  readonly params: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  /** Gradients of `params`; overwritten in place by every backward pass. */
  readonly grads: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  /** Constant added to the variance under the root. */
  readonly epsilon: number;
  #cache: LayerNormCache | undefined;

  /** @throws RangeError on a feature count that is not a whole number of 1 or more, an epsilon below 0, an unknown dtype. */
  constructor(
    /** Length of the axis that is normalised. */
    readonly features: number,
    { dtype = 'float64', ...options }: LayerNormModuleOptions = {},
  ) {
    assertCount('LayerNorm: features', features);
    assertOneOf('LayerNorm: dtype', dtype, DTYPES);
    this.epsilon = resolveEpsilon('LayerNorm', options);
    this.params = { weight: zeros([features], dtype), bias: zeros([features], dtype) };
    this.grads = { weight: zeros([features], dtype), bias: zeros([features], dtype) };
    ops.assigns(this.params.weight, 1);
  }

  /**
   * [..., features] -> the same, in a new array.
   *
   * @throws TypeError on another dtype, RangeError on another number of features.
   */
  forward(x: NdArray): FloatNdArray {
    const { weight, bias } = this.params;
    assertFloat('LayerNorm: x', x, weight.dtype);
    if (x.shape.at(-1) !== this.features) {
      throw new RangeError(`LayerNorm: x has shape ${show(x.shape)}, but [..., ${this.features}] is needed.`);
    }
    const { y, cache } = layerNormForward(x, weight, bias, { epsilon: this.epsilon });
    this.#cache = cache;
    return y;
  }

  /**
   * Runs the backward pass of the last `forward`: sets `grads`.
   *
   * @param dout dL/d(output), in the shape of that output.
   * @returns dL/dx, in a new array.
   * @throws Error when there was no forward pass; TypeError on another dtype, RangeError on another shape.
   */
  backward(dout: NdArray): FloatNdArray {
    if (this.#cache === undefined) throw new Error('LayerNorm: backward before forward; call forward(x) first.');
    const { dx, dgamma, dbeta } = layerNormBackward(dout, this.#cache);
    ops.assign(this.grads.weight, dgamma);
    ops.assign(this.grads.bias, dbeta);
    return dx;
  }
}
