import { gemm } from '@cifarlab/gemm';
import { assertCount, assertKnownKeys } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { RandomState } from '@cifarlab/numpy-random';
import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { repeatColumn, rowSums } from './broadcast.js';
import { requireFloat, requireForward, requireRandom, requireUpstream } from './checks.js';
import { assign, type FloatNdArray, reshape, zeros, zerosLike } from './float-array.js';
import { initialize, LAYER_OPTIONS, type LayerOptions } from './initialize.js';
import type { Module } from './module.js';

/**
 * A two-dimensional convolution (a cross-correlation, as in PyTorch), stride 1, without padding:
 *
 *     Y[s,o,i,j] = b[o] + sum_{c,p,q} W[o,c,p,q] X[s,c,i+p,j+q]
 *
 * X is [S, C, H, W], W `weight` [O, C, kh, kw], b `bias` [O], Y [S, O, H - kh + 1, W - kw + 1].
 *
 * With the patches P[(c,p,q), (s,i,j)] = X[s,c,i+p,j+q] as the columns of a matrix and the weight seen as
 * [O, C kh kw], that is one matrix product: Y = W P + b.
 */
export class Conv2d implements Module {
  readonly params: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  readonly grads: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  /** Height and width of the kernel. */
  readonly kernelSize: readonly [number, number];
  #cache: { x: FloatNdArray; columns: FloatNdArray; outputShape: number[] } | undefined;

  /**
   * @param kernelSize kh and kw; one number for a square kernel.
   * @throws RangeError when a size is not a whole number of 1 or more, or `init` is unknown.
   */
  constructor(
    /** C, channels of the input. */
    readonly inChannels: number,
    /** O, channels of the output. */
    readonly outChannels: number,
    kernelSize: number | readonly [number, number],
    options: LayerOptions = {},
  ) {
    assertKnownKeys('Conv2d', options, LAYER_OPTIONS);
    const { init = 'pytorch', rng = new RandomState(42), dtype = 'float64' } = options;
    requireRandom(rng, 'Conv2d: rng');
    this.kernelSize = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
    const [kh, kw] = this.kernelSize;
    assertCount('Conv2d: inChannels', inChannels);
    assertCount('Conv2d: outChannels', outChannels);
    assertCount('Conv2d: kernel height', kh);
    assertCount('Conv2d: kernel width', kw);
    this.params = { weight: zeros([outChannels, inChannels, kh, kw], dtype), bias: zeros([outChannels], dtype) };
    this.grads = { weight: zerosLike(this.params.weight), bias: zerosLike(this.params.bias) };
    const fans = { fanIn: inChannels * kh * kw, fanOut: outChannels * kh * kw };
    initialize(this.params.weight, this.params.bias, fans, init, rng);
  }

  /**
   * [S, C, H, W] -> [S, O, H - kh + 1, W - kw + 1].
   *
   * @throws TypeError on another dtype; RangeError on other channels or an image smaller than the kernel.
   */
  forward(x: NdArray): FloatNdArray {
    const { weight, bias } = this.params;
    const [kh, kw] = this.kernelSize;
    requireFloat(x, 'Conv2d: x', weight.dtype);
    if (x.dimension !== 4 || x.shape[1] !== this.inChannels || x.shape[2]! < kh || x.shape[3]! < kw) {
      throw new RangeError(
        `Conv2d: x has shape ${show(x.shape)}, but weight ${show(weight.shape)} needs ` +
          `[S, ${this.inChannels}, H >= ${kh}, W >= ${kw}]: ` +
          'samples, channels, height, width.',
      );
    }
    const view = patches(x, kh, kw);
    const [, , , S, height, width] = view.shape as [number, number, number, number, number, number];
    const columns = zeros([this.inChannels * kh * kw, S * height * width], x.dtype);
    assign(reshape(columns, view.shape), view);
    const y = zeros([this.outChannels, S * height * width], x.dtype);
    assign(y, repeatColumn(reshape(bias, [this.outChannels, 1]), S * height * width));
    gemm(y, this.#asMatrix(weight), columns, 1, 1);
    const out = zeros([S, this.outChannels, height, width], x.dtype);
    assign(out, reshape(y, [this.outChannels, S, height, width]).transpose(1, 0, 2, 3));
    this.#cache = { x, columns, outputShape: out.shape };
    return out;
  }

  /**
   * dL/dP = W^T dY, and each patch element is an element of X, which collects from all the patches it is part of:
   *
   *     dL/dX[s,c,u,v] = sum_{o,p,q} W[o,c,p,q] dY[s,o,u-p,v-q]
   *
   * the full convolution of dY with W (indices outside dY count as zeros): the kernel comes in flipped.
   */
  backward(dout: NdArray): FloatNdArray {
    this.backwardParams(dout);
    const { x, columns } = this.#cache!;
    const dcolumns = zerosLike(columns);
    gemm(dcolumns, this.#asMatrix(this.params.weight).transpose(1, 0), this.#channelsFirst(dout as FloatNdArray));
    const dx = zerosLike(x);
    const view = patches(dx, ...this.kernelSize);
    // The adjoint of reading through a view is adding through it.
    ops.addeq(view, reshape(dcolumns, view.shape));
    return dx;
  }

  /**
   *     dL/dW[o,c,p,q] = sum_{s,i,j} dY[s,o,i,j] X[s,c,i+p,j+q]    dL/dW = dY P^T
   *     dL/db[o]       = sum_{s,i,j} dY[s,o,i,j]
   */
  backwardParams(dout: NdArray): void {
    const { columns, outputShape } = requireForward(this.#cache, 'Conv2d');
    requireUpstream(dout, outputShape, columns.dtype, 'Conv2d');
    const dy = this.#channelsFirst(dout);
    gemm(this.#asMatrix(this.grads.weight), dy, columns.transpose(1, 0));
    assign(reshape(this.grads.bias, [this.outChannels, 1]), rowSums(dy));
  }

  /** [O, C, kh, kw] as [O, C kh kw]. */
  #asMatrix(weight: FloatNdArray): FloatNdArray {
    return reshape(weight, [this.outChannels, weight.size / this.outChannels]);
  }

  /** [S, O, H', W'] as a matrix [O, S H' W']. */
  #channelsFirst(dout: FloatNdArray): FloatNdArray {
    const swapped = dout.transpose(1, 0, 2, 3);
    const dy = zeros(swapped.shape, dout.dtype);
    assign(dy, swapped);
    return reshape(dy, [this.outChannels, dy.size / this.outChannels]);
  }
}

/** Returns all kh x kw patches of X [S, C, H, W] as a view P[c,p,q,s,i,j] = X[s,c,i+p,j+q], without a copy. */
function patches(x: FloatNdArray, kh: number, kw: number): FloatNdArray {
  const [S, C, H, W] = x.shape as [number, number, number, number];
  const [s, c, h, w] = x.stride as [number, number, number, number];
  return ndarray(x.data, [C, kh, kw, S, H - kh + 1, W - kw + 1], [c, h, w, s, h, w], x.offset);
}
