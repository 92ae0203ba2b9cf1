import { assertCount, assertKnownKeys, assertNonNegative, assertOneOf, assertWithin } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { columnSums, repeatRow } from './broadcast.js';
import { requireFloat, requireForward, requireUpstream } from './checks.js';
import { assign, type DType, type FloatNdArray, zeros, zerosLike } from './float-array.js';
import { axpy } from './math-ops.js';
import { MODES, type Mode, type Module } from './module.js';

/** Options of {@link BatchNorm}; all may be left out. */
export interface BatchNormOptions {
  /** Constant added to the variance under the root; default 1e-5. */
  epsilon?: number;
  /** Weight of the newest batch in the running statistics; default 0.1. */
  momentum?: number;
  /** The precision the layer computes in; default 'float64'. */
  dtype?: DType;
}

/**
 * Batch normalisation of the columns of X [S, M] (Ioffe and Szegedy 2015, arXiv:1502.03167), in PyTorch's conventions:
 *
 *     Y = gamma * Xhat + beta,    Xhat = (X - mean) / sqrt(variance + epsilon)
 *
 * gamma is `params.weight` [1, M] (starts at 1), beta `params.bias` [1, M] (starts at 0). In training mode mean and
 * (biased) variance are those of the batch, and the running statistics `buffers.running_mean` and
 * `buffers.running_var` [1, M] move towards the batch's mean and unbiased variance by `momentum`; in evaluation mode
 * they are the running ones.
 */
export class BatchNorm implements Module {
  readonly params: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  readonly grads: { readonly weight: FloatNdArray; readonly bias: FloatNdArray };
  readonly buffers: { readonly running_mean: FloatNdArray; readonly running_var: FloatNdArray };
  /** Constant added to the variance under the root. */
  readonly epsilon: number;
  /** Weight of the newest batch in the running statistics. */
  readonly momentum: number;
  #cache: { xhat: FloatNdArray; inverseStd: NdArray<Float64Array>; mode: Mode } | undefined;

  /** @throws RangeError on a feature count that is not 1 or more, epsilon below 0, momentum outside [0, 1]. */
  constructor(
    /** M, the columns of X. */
    readonly features: number,
    options: BatchNormOptions = {},
  ) {
    assertKnownKeys('BatchNorm', options, ['epsilon', 'momentum', 'dtype']);
    const { epsilon = 1e-5, momentum = 0.1, dtype = 'float64' } = options;
    assertCount('BatchNorm: features', features);
    assertNonNegative('BatchNorm: epsilon', epsilon);
    assertWithin('BatchNorm: momentum', momentum, 0, 1);
    this.epsilon = epsilon;
    this.momentum = momentum;
    const row = () => zeros([1, features], dtype);
    this.params = { weight: row(), bias: row() };
    this.grads = { weight: row(), bias: row() };
    this.buffers = { running_mean: row(), running_var: row() };
    ops.assigns(this.params.weight, 1);
    ops.assigns(this.buffers.running_var, 1);
  }

  /**
   * [S, M] -> [S, M].
   *
   * @throws TypeError on another dtype; RangeError on another width, an unknown mode, or a single row in training mode, whose
   *   variance says nothing.
   */
  forward(x: NdArray, mode: Mode = 'training'): FloatNdArray {
    const { weight: gamma, bias: beta } = this.params;
    assertOneOf('BatchNorm: mode', mode, MODES);
    requireFloat(x, 'BatchNorm: x', gamma.dtype);
    if (x.dimension !== 2 || x.shape[1] !== this.features) {
      throw new RangeError(`BatchNorm: x has shape ${show(x.shape)}, but [S, ${this.features}] is needed.`);
    }
    const S = x.shape[0]!;
    if (mode === 'training' && S < 2) {
      throw new RangeError(
        `BatchNorm: ${S} value per channel in training mode, but a variance needs 2 or more; ` +
          "use larger batches, or forward(x, 'evaluation').",
      );
    }
    const { running_mean, running_var } = this.buffers;
    // The mean goes first: a variance from E[x^2] - E[x]^2 would cancel.
    const mean = mode === 'training' ? columnMeans(x) : running_mean;
    const xhat = zerosLike(x);
    ops.sub(xhat, x, repeatRow(mean, S));

    const inverseStd = ndarray(new Float64Array(this.features), [1, this.features]);
    if (mode === 'training') {
      const squares = zerosLike(x);
      ops.mul(squares, xhat, xhat);
      assign(inverseStd, columnMeans(squares));
      moveTowards(running_mean, mean, this.momentum, 1);
      moveTowards(running_var, inverseStd, this.momentum, S / (S - 1));
    } else {
      assign(inverseStd, running_var);
    }
    ops.addseq(inverseStd, this.epsilon);
    ops.sqrteq(inverseStd);
    ops.recipeq(inverseStd);
    ops.muleq(xhat, repeatRow(inverseStd, S));
    this.#cache = { xhat, inverseStd, mode };
    const y = zerosLike(x);
    ops.mul(y, xhat, repeatRow(gamma, S));
    ops.addeq(y, repeatRow(beta, S));
    return y;
  }

  /**
   * In evaluation mode the statistics are constants: dL/dX = gamma / std * dY. In training mode they depend on X, which
   * takes away from dY its mean and its part along Xhat:
   *
   *     dL/dX = gamma / std * (dY - mean_s(dY) - Xhat * mean_s(dY * Xhat))
   *     dL/dgamma = sum_s dY * Xhat,    dL/dbeta = sum_s dY
   */
  backward(dout: NdArray): FloatNdArray {
    const { xhat, inverseStd, mode } = requireForward(this.#cache, 'BatchNorm');
    requireUpstream(dout, xhat.shape, xhat.dtype, 'BatchNorm');
    const S = xhat.shape[0]!;
    const product = zerosLike(xhat);
    ops.mul(product, dout, xhat);
    const dgamma = columnSums(product);
    const dbeta = columnSums(dout);
    assign(this.grads.weight, dgamma);
    assign(this.grads.bias, dbeta);

    const dx = zerosLike(xhat);
    ops.assign(dx, dout);
    if (mode === 'training') {
      ops.divseq(dgamma, S);
      ops.divseq(dbeta, S);
      ops.mul(product, xhat, repeatRow(dgamma, S));
      ops.subeq(dx, repeatRow(dbeta, S));
      ops.subeq(dx, product);
    }
    const scale = ndarray(new Float64Array(this.features), [1, this.features]);
    ops.mul(scale, this.params.weight, inverseStd);
    ops.muleq(dx, repeatRow(scale, S));
    return dx;
  }
}

/** [S, M] -> [1, M]. */
function columnMeans(x: FloatNdArray): NdArray<Float64Array> {
  const means = columnSums(x);
  ops.divseq(means, x.shape[0]!);
  return means;
}

/** Sets running = (1 - momentum) running + momentum * scale * batch. */
function moveTowards(running: FloatNdArray, batch: FloatNdArray, momentum: number, scale: number): void {
  ops.mulseq(running, 1 - momentum);
  axpy(running, momentum * scale, batch);
}
