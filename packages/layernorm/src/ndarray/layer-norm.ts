import { sameShape } from '@cifarlab/internals/shapes';
import { show } from '@cifarlab/internals/show';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { assertShapes } from '../assert-shapes.js';
import { type LayerNormOptions, resolveEpsilon } from '../options.js';
import { alongRows, inEveryRow, rowMeans, sumOverRows } from './broadcast.js';
import { assertFloat, type FloatNdArray, zerosLike } from './float-array.js';

/** Arrays that the forward pass keeps for the backward pass. */
export interface LayerNormCache {
  /** (x − mean) / √(variance + epsilon), of x's shape. */
  readonly xhat: FloatNdArray;
  /** 1 / √(variance + epsilon) of each row, [...]. */
  readonly inverseStd: NdArray<Float64Array>;
  /** As given, not a copy. */
  readonly gamma: FloatNdArray;
}

/** The result of {@link layerNormBackward}: the gradients of x, gamma and beta, in x's dtype. */
export interface LayerNormGradients {
  /** Gradient of x, of x's shape. */
  dx: FloatNdArray;
  /** [features] */
  dgamma: FloatNdArray;
  /** [features] */
  dbeta: FloatNdArray;
}

/**
 * Computes layer normalisation (Ba, Kiros and Hinton, arXiv:1607.06450): every row, along the last axis, is normalised
 * by itself,
 *
 *     y = gamma · x̂ + beta,    x̂ = (x − mean) / √(variance + epsilon)        mean and biased variance of the row
 *
 * The mean goes first: a variance from E[x²] − E[x]² would cancel. Statistics are float64 in either precision.
 *
 * @param x float64 or float32, [..., features], of any strides: one row or any number of leading axes.
 * @param gamma [features], of x's dtype: the scale.
 * @param beta [features], of x's dtype: the offset.
 * @returns y in a new array, and what `layerNormBackward` needs.
 * @throws RangeError on other shapes, on an epsilon below 0 and on unknown options; TypeError on other dtypes.
 */
export function layerNormForward(
  x: NdArray,
  gamma: NdArray,
  beta: NdArray,
  options: LayerNormOptions = {},
): { y: FloatNdArray; cache: LayerNormCache } {
  const epsilon = resolveEpsilon('layerNormForward', options);
  assertFloat('layerNormForward: x', x);
  assertFloat('layerNormForward: gamma', gamma, x.dtype);
  assertFloat('layerNormForward: beta', beta, x.dtype);
  assertShapes('layerNormForward', x, { gamma, beta });

  const { shape } = x;
  const xhat = zerosLike(x);
  ops.sub(xhat, x, alongRows(rowMeans(x), shape));

  const y = zerosLike(x);
  ops.mul(y, xhat, xhat);
  const inverseStd = rowMeans(y);
  ops.addseq(inverseStd, epsilon);
  ops.sqrteq(inverseStd);
  ops.recipeq(inverseStd);
  ops.muleq(xhat, alongRows(inverseStd, shape));

  ops.mul(y, xhat, inEveryRow(gamma, shape));
  ops.addeq(y, inEveryRow(beta, shape));
  return { y, cache: { xhat, inverseStd, gamma } };
}

/**
 * Returns the gradients of `layerNormForward`. With g = gamma · dy, and means over the row:
 *
 *     dbeta  = Σ dy               over all rows
 *     dgamma = Σ dy · x̂           over all rows
 *     dx     = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + epsilon)
 *
 * The statistics depend on x, which takes away from g its mean and its part along x̂.
 *
 * @param dy dL/dy, of y's shape and dtype.
 * @param cache as `layerNormForward` gave it; it can be used again.
 * @returns new arrays of x's dtype.
 * @throws RangeError on another shape, TypeError on another dtype.
 */
export function layerNormBackward(dy: NdArray, { xhat, inverseStd, gamma }: LayerNormCache): LayerNormGradients {
  const { shape } = xhat;
  assertFloat('layerNormBackward: dy', dy, xhat.dtype);
  if (!sameShape(dy.shape, shape)) {
    throw new RangeError(
      `layerNormBackward: dy has shape ${show(dy.shape)}, but the forward pass gave y of ${show(shape)}; ` +
        'pass the gradient of that output.',
    );
  }
  const product = zerosLike(xhat);
  ops.mul(product, dy, xhat);
  const dgamma = zerosLike(gamma);
  ops.assign(dgamma, sumOverRows(product));
  const dbeta = zerosLike(gamma);
  ops.assign(dbeta, sumOverRows(dy));

  const dx = zerosLike(xhat);
  ops.mul(dx, dy, inEveryRow(gamma, shape));
  ops.mul(product, dx, xhat);
  const meanAlongXhat = rowMeans(product);
  ops.mul(product, xhat, alongRows(meanAlongXhat, shape));
  ops.subeq(dx, alongRows(rowMeans(dx), shape));
  ops.subeq(dx, product);
  ops.muleq(dx, alongRows(inverseStd, shape));
  return { dx, dgamma, dbeta };
}
