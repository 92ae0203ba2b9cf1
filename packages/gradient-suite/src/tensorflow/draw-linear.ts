import type { FloatArrays, Gradient } from '@cifarlab/gradcheck/float32';
import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { linear, residualSum } from '@cifarlab/tfjs-ops';
import { absolute, mapArrays, zeros } from '../arrays.js';
import type { TensorGradient } from '../gradient-case.js';
import { between, normals } from '../random-arrays.js';
import { tensorGradient } from './tensor-gradient.js';

/** Draws a linear layer, y = x W + b. */
export function drawLinear(rng: RandomState): TensorGradient {
  const [samples, nIn, nOut] = [between(rng, 2, 5), between(rng, 2, 8), between(rng, 2, 6)];
  return {
    inputs: { x: normals(rng, [samples, nIn]), weight: normals(rng, [nIn, nOut]), bias: normals(rng, [nOut]) },
    dout: normals(rng, [samples, nOut]),
    exact: linearGradient,
    single: tensorGradient((x, weight, bias) => linear(x!, weight!, bias!)),
    condition: (inputs, dout) => linearGradient(mapArrays(inputs, absolute), absolute(dout)),
    roundings: Math.max(samples, nOut) + 1,
  };
}

/** Draws the end of a residual block, y = x + branch. */
export function drawResidualSum(rng: RandomState): TensorGradient {
  const shape = [between(rng, 1, 3), between(rng, 2, 4), between(rng, 2, 4), between(rng, 2, 5)];
  const exact: Gradient = (_, dout) => ({ x: dout, branch: dout });
  return {
    inputs: { x: normals(rng, shape), branch: normals(rng, shape) },
    dout: normals(rng, shape),
    exact,
    single: tensorGradient((x, branch) => residualSum(x!, branch!)),
    condition: (inputs, dout) => exact(inputs, absolute(dout)),
    roundings: 1,
  };
}

/** dx = dy W^T, dW = x^T dy, db = the sum of dy's rows. */
function linearGradient({ x, weight }: FloatArrays, dy: FloatNdArray): Record<'x' | 'weight' | 'bias', FloatNdArray> {
  const [samples, nIn] = x!.shape as [number, number];
  const nOut = dy.shape[1]!;
  const [dx, dw, db] = [zeros([samples, nIn]), zeros([nIn, nOut]), zeros([nOut])];
  for (let s = 0; s < samples; s++) {
    for (let o = 0; o < nOut; o++) {
      const slope = dy.data[s * nOut + o]!;
      db.data[o]! += slope;
      for (let i = 0; i < nIn; i++) {
        dx.data[s * nIn + i]! += slope * weight!.data[i * nOut + o]!;
        dw.data[i * nOut + o]! += slope * x!.data[s * nIn + i]!;
      }
    }
  }
  return { x: dx, weight: dw, bias: db };
}
