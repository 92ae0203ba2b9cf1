import type { FloatArrays } from '@cifarlab/gradcheck/float32';
import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { foldNorm } from '@cifarlab/tfjs-ops';
import { concat, reshape, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { absolute, fromValues, mapArrays, mapElements, scaled, sizeOf } from '../arrays.js';
import type { TensorGradient } from '../gradient-case.js';
import { between, normals } from '../random-arrays.js';
import { tensorGradient } from './tensor-gradient.js';

const EPSILON = 1e-3;

/** Square root, division and two products, which the sums begin with. */
const SCALE_ROUNDINGS = 6;

/**
 * Draws a batch normalisation that is folded into a filter, every second one depthwise; the bias is the last row of the
 * output.
 */
export function drawFoldNorm(rng: RandomState, round: number): TensorGradient {
  const depthwise = round % 2 === 1;
  const channels = between(rng, 2, 4);
  const kernel = [between(rng, 1, 3), between(rng, 1, 3)];
  const filterShape = depthwise ? [...kernel, channels, 1] : [...kernel, between(rng, 1, 3), channels];
  const rows = sizeOf(filterShape) / channels;
  const mean = normals(rng, [channels]);
  const variance = mapElements(normals(rng, [channels]), (value) => Math.fround(0.5 + Math.abs(value)));
  const exact = foldGradient(scaled(mean, -1), variance);
  const sumOfTerms = foldGradient(absolute(mean), variance);
  return {
    inputs: {
      filter: normals(rng, filterShape),
      gamma: normals(rng, [channels]),
      beta: normals(rng, [channels]),
    },
    dout: normals(rng, [rows + 1, channels]),
    exact,
    single: tensorGradient((filter, gamma, beta) => {
      const norm = { gamma: gamma!, beta: beta!, mean: vector(mean), variance: vector(variance), epsilon: EPSILON };
      const folded = foldNorm(filter!, norm, { depthwise });
      return concat([reshape(folded.filter, [rows, channels]), reshape(folded.bias, [1, channels])]);
    }),
    condition: (inputs, dout) => sumOfTerms(mapArrays(inputs, absolute), absolute(dout)),
    roundings: rows + SCALE_ROUNDINGS,
  };
}

/**
 * With s = gamma / √(variance + epsilon), for dout of [filter · s; beta − mean · s] with the channels last:
 *
 *     dfilter = dout · s,  dgamma = (sum of dout · filter − mean · dbias) / √(variance + epsilon),  dbeta = dbias
 */
function foldGradient(minusMean: FloatNdArray, variance: FloatNdArray) {
  const channels = variance.size;
  const inverseDeviation = Array.from(variance.data, (value) => 1 / Math.sqrt(value + EPSILON));
  return ({ filter, gamma }: FloatArrays, dout: FloatNdArray): FloatArrays => {
    const dfilter = new Float64Array(filter!.size);
    const dgamma = new Float64Array(channels);
    const dbias = Float64Array.from(dout.data.subarray(filter!.size));
    dfilter.forEach((_, i) => {
      const c = i % channels;
      dfilter[i] = dout.data[i]! * gamma!.data[c]! * inverseDeviation[c]!;
      dgamma[c]! += dout.data[i]! * filter!.data[i]! * inverseDeviation[c]!;
    });
    dbias.forEach((slope, c) => {
      dgamma[c]! += slope * minusMean.data[c]! * inverseDeviation[c]!;
    });
    return {
      filter: fromValues(dfilter, filter!.shape),
      gamma: fromValues(dgamma, [channels]),
      beta: fromValues(dbias, [channels]),
    };
  };
}

function vector(x: FloatNdArray): Tensor {
  return tensor1d(Float32Array.from(x.data));
}
