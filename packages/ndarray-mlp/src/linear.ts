import { gemm } from '@cifarlab/gemm';
import { assertCount, assertKnownKeys } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { RandomState } from '@cifarlab/numpy-random';
import type { NdArray } from 'ndarray';
import { columnSums, copiesOfRow } from './broadcast.js';
import { requireFloat, requireForward, requireRandom, requireUpstream } from './checks.js';
import { assign, type FloatNdArray, zeros, zerosLike } from './float-array.js';
import { initialize, LAYER_OPTIONS, type LayerOptions } from './initialize.js';
import type { Module } from './module.js';

/**
 * A linear layer: Y = X W^T + 1 b.
 *
 * X is [S, in], W `weight` [out, in], b `bias` [1, out], Y [S, out]; 1 is a column of S ones.
 */
export class Linear implements Module {
  readonly params: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  readonly grads: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  #x: FloatNdArray | undefined;

  /** @throws RangeError when a feature count is not a whole number of 1 or more, or `init` is unknown. */
  constructor(
    /** Features per sample of the input. */
    readonly inFeatures: number,
    /** Features per sample of the output. */
    readonly outFeatures: number,
    options: LayerOptions = {},
  ) {
    assertKnownKeys('Linear', options, LAYER_OPTIONS);
    const { init = 'course', rng = new RandomState(42), dtype = 'float64' } = options;
    requireRandom(rng, 'Linear: rng');
    assertCount('Linear: inFeatures', inFeatures);
    assertCount('Linear: outFeatures', outFeatures);
    this.params = { weight: zeros([outFeatures, inFeatures], dtype), bias: zeros([1, outFeatures], dtype) };
    this.grads = { weight: zerosLike(this.params.weight), bias: zerosLike(this.params.bias) };
    initialize(this.params.weight, this.params.bias, { fanIn: inFeatures, fanOut: outFeatures }, init, rng);
  }

  /** Y = X W^T + 1 b: [S, in] -> [S, out]. Throws TypeError on another dtype, RangeError on another width. */
  forward(x: NdArray): FloatNdArray {
    const { weight, bias } = this.params;
    requireFloat(x, 'Linear: x', weight.dtype);
    if (x.dimension !== 2 || x.shape[1] !== this.inFeatures) {
      throw new RangeError(
        `Linear: x has shape ${show(x.shape)}, but weight ${show(weight.shape)} needs [S, ${this.inFeatures}]; ` +
          'flatten the input to one row per sample, or make the layer for its width.',
      );
    }
    this.#x = x;
    const y = copiesOfRow(bias, x.shape[0]!);
    gemm(y, x, weight.transpose(1, 0), 1, 1);
    return y;
  }

  /**
   * From dY_sj = dL/dY_sj and Y_sj = sum_i X_si W_ji + b_j:
   *
   *     dL/dX_si = sum_j dY_sj W_ji    dL/dX = dY W
   */
  backward(dout: NdArray): FloatNdArray {
    this.backwardParams(dout);
    const dx = zerosLike(this.#x!);
    gemm(dx, dout, this.params.weight);
    return dx;
  }

  /**
   *     dL/dW_ji = sum_s dY_sj X_si    dL/dW = dY^T X
   *     dL/db_j  = sum_s dY_sj         dL/db = 1^T dY
   */
  backwardParams(dout: NdArray): void {
    const x = requireForward(this.#x, 'Linear');
    requireUpstream(dout, [x.shape[0]!, this.outFeatures], x.dtype, 'Linear');
    gemm(this.grads.weight, dout.transpose(1, 0), x);
    assign(this.grads.bias, columnSums(dout));
  }
}
