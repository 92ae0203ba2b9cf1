import type { TensorInfo } from '@tensorflow/tfjs-core';
import { columnSumsShader, runColumnSums } from '../columns.js';
import { elementwiseShader, runElementwise } from '../elementwise.js';
import { sizeOf } from '../run-shader.js';
import type { GpuKernel } from './kernel.js';

const foldShader = elementwiseShader({
  name: 'CifarlabFoldNorm',
  inputs: ['weights', 'gamma', 'beta', 'mean', 'variance'],
  outputs: ['folded', 'bias'],
  uniforms: { channels: 'u32', epsilon: 'f32' },
  code: `let c = i % uniforms.channels;
  let scale = gamma[c] / sqrt(variance[c] + uniforms.epsilon);
  folded[i] = weights[i] * scale;
  if (i < uniforms.channels) { bias[i] = beta[i] - mean[i] * scale; }`,
});

const foldGradientShader = columnSumsShader({
  name: 'CifarlabFoldNormGrad',
  inputs: ['dfolded', 'weights', 'gamma', 'variance'],
  outputs: ['dfilter'],
  uniforms: { epsilon: 'f32' },
  begin: 'let scale = gamma[c] / sqrt(variance[c] + uniforms.epsilon);',
  each: 'dfilter[i] = dfolded[i] * scale; s0 += dfolded[i] * weights[i];',
});

const gammaGradientShader = elementwiseShader({
  name: 'CifarlabFoldNormGamma',
  inputs: ['partial', 'dbias', 'mean', 'variance'],
  outputs: ['dgamma'],
  uniforms: { chunks: 'u32', epsilon: 'f32' },
  code: `var sum = -mean[i] * dbias[i];
  for (var k = 0u; k < uniforms.chunks; k++) { sum += partial[k * uniforms.size + i]; }
  dgamma[i] = sum / sqrt(variance[i] + uniforms.epsilon);`,
});

/**
 * A batch normalisation with fixed statistics, folded into the convolution before it: inputs filter [..., C] (depthwise
 * [..., C, 1]), gamma, beta, mean, variance [C]; outputs filter s of the filter's shape, with
 * s = gamma / sqrt(variance + epsilon), and beta - mean s [C].
 */
export const foldNorm: GpuKernel = {
  kernelName: 'CifarlabFoldNorm',
  run({ inputs, attrs, backend }) {
    const { filter, gamma } = inputs as { filter: TensorInfo; gamma: TensorInfo };
    const { epsilon } = attrs as { epsilon: number };
    const uniforms = { channels: sizeOf(gamma.shape), epsilon };
    const arrays = { ...inputs, weights: filter };
    return runElementwise(backend, foldShader, arrays, [filter.shape, gamma.shape], uniforms);
  },
};

/** Its gradients: inputs dfolded, dbias, filter, gamma, mean, variance; outputs those to filter and gamma. */
export const foldNormGrad: GpuKernel = {
  kernelName: 'CifarlabFoldNormGrad',
  run({ inputs, attrs, backend }) {
    const { filter, gamma } = inputs as { filter: TensorInfo; gamma: TensorInfo };
    const { epsilon } = attrs as { epsilon: number };
    const columns = sizeOf(gamma.shape);
    const matrix = { rows: sizeOf(filter.shape) / columns, columns };
    const arrays = { ...inputs, weights: filter };
    const { results, chunks } = runColumnSums(backend, foldGradientShader, arrays, matrix, {
      outputs: [filter.shape],
      uniforms: { epsilon },
    });
    const [partial, unused, dfilter] = results as [TensorInfo, TensorInfo, TensorInfo];
    const uniforms = { chunks, epsilon };
    const [dgamma] = runElementwise(backend, gammaGradientShader, { ...inputs, partial }, [gamma.shape], uniforms);
    for (const { dataId } of [partial, unused]) backend.disposeData(dataId);
    return [dfilter, dgamma!];
  },
};
