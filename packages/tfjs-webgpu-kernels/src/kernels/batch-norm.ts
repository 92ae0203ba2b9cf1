import type { TensorInfo } from '@tensorflow/tfjs-core';
import { columnSumsShader, matrixOf, runColumnSums } from '../columns.js';
import { elementwiseShader, runElementwise } from '../elementwise.js';
import type { Shader } from '../shader.js';
import type { GpuKernel } from './kernel.js';

interface BatchNormAttributes {
  epsilon: number;
  activation: 'linear' | 'relu';
}

/**
 * Mean and sum of squared differences of each chunk. Differences are taken from the chunk's first value, since
 * E[x^2] - E[x]^2 cancels where the mean is large.
 */
const chunkStatistics = columnSumsShader({
  name: 'CifarlabChunkStatistics',
  inputs: ['x'],
  begin: 'let shift = x[first * uniforms.columns + c];',
  each: 'let d = x[i] - shift; s0 += d; s1 += d * d;',
  results: ['shift + s0 / n', 'max(s1 - s0 * (s0 / n), 0.0)'],
});

/** Joins the chunks' statistics, one after the other (Chan, Golub and LeVeque, 1979). */
const joinStatistics = elementwiseShader({
  name: 'CifarlabJoinStatistics',
  inputs: ['means', 'squares'],
  outputs: ['mean', 'variance'],
  uniforms: { rows: 'u32', chunk: 'u32' },
  code: `var count = 0.0;
  var m = 0.0;
  var s = 0.0;
  for (var first = 0u; first < uniforms.rows; first += uniforms.chunk) {
    let n = f32(min(uniforms.chunk, uniforms.rows - first));
    let at = first / uniforms.chunk * uniforms.size + i;
    let d = means[at] - m;
    let share = n / (count + n);
    s += squares[at] + d * d * count * share;
    m += d * share;
    count += n;
  }
  mean[i] = m;
  variance[i] = s / count;`,
});

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, rectified or not. */
const normalise = {
  linear: normaliseShader('linear', 'value'),
  // Not max, which may make 0 of NaN, so that a network that has diverged goes unnoticed.
  relu: normaliseShader('relu', 'select(value, 0.0, value < 0.0)'),
};

function normaliseShader(name: string, activated: string): Shader {
  return elementwiseShader({
    name: `CifarlabNormalise ${name}`,
    inputs: ['x', 'gamma', 'beta', 'mean', 'variance'],
    outputs: ['y'],
    uniforms: { columns: 'u32', epsilon: 'f32' },
    code: `let c = i % uniforms.columns;
  let value = gamma[c] * (x[i] - mean[c]) / sqrt(variance[c] + uniforms.epsilon) + beta[c];
  y[i] = ${activated};`,
  });
}

/** Inputs x [..., C], gamma [C], beta [C]; outputs y of x's shape, mean [C], biased variance [C]. */
export const batchNormTraining: GpuKernel = {
  kernelName: 'CifarlabBatchNormTraining',
  run({ inputs, attrs, backend }) {
    const { x, gamma, beta } = inputs as Record<'x' | 'gamma' | 'beta', TensorInfo>;
    const { epsilon, activation } = attrs as unknown as BatchNormAttributes;
    const matrix = matrixOf(x.shape);
    const { rows, columns } = matrix;
    const { results, chunk } = runColumnSums(backend, chunkStatistics, { x }, matrix);
    const [means, squares] = results as [TensorInfo, TensorInfo];
    const statistics = runElementwise(backend, joinStatistics, { means, squares }, [[columns], [columns]], {
      rows,
      chunk,
    });
    const [mean, variance] = statistics as [TensorInfo, TensorInfo];
    for (const { dataId } of results) backend.disposeData(dataId);
    const arrays = { x, gamma, beta, mean, variance };
    const [y] = runElementwise(backend, normalise[activation], arrays, [x.shape], { columns, epsilon });
    return [y!, mean, variance];
  },
};

/** Sums of g and of g (x - mean), where g is dy behind the activation's kink. */
const gradientSums = {
  linear: gradientSumsShader('linear', ['dy', 'x', 'mean'], 'dy[i]'),
  relu: gradientSumsShader('relu', ['dy', 'x', 'mean', 'y'], 'select(0.0, dy[i], y[i] > 0.0)'),
};

function gradientSumsShader(name: string, inputs: string[], g: string): Shader {
  return columnSumsShader({
    name: `CifarlabBatchNormSums ${name}`,
    inputs,
    each: `let g = ${g}; s0 += g; s1 += g * (x[i] - mean[c]);`,
  });
}

/** dgamma, dbeta, and the four numbers per channel that dx takes. */
const gradientOfParameters = elementwiseShader({
  name: 'CifarlabBatchNormParameters',
  inputs: ['sums', 'products', 'gamma', 'variance', 'mean'],
  outputs: ['dgamma', 'dbeta', 'factors'],
  uniforms: { chunks: 'u32', rows: 'f32', epsilon: 'f32' },
  code: `var sum = 0.0;
  var product = 0.0;
  for (var k = 0u; k < uniforms.chunks; k++) {
    sum += sums[k * uniforms.size + i];
    product += products[k * uniforms.size + i];
  }
  let deviation = sqrt(variance[i] + uniforms.epsilon);
  dbeta[i] = sum;
  dgamma[i] = product / deviation;
  factors[4u * i] = gamma[i] / deviation;
  factors[4u * i + 1u] = mean[i];
  factors[4u * i + 2u] = product / deviation / deviation / uniforms.rows;
  factors[4u * i + 3u] = sum / uniforms.rows;`,
});

/** dx = gamma / sigma (g - dbeta / N - xhat dgamma / N). */
const gradientOfInput = {
  linear: gradientOfInputShader('linear', ['dy', 'x', 'factors'], 'dy[i]'),
  relu: gradientOfInputShader('relu', ['dy', 'x', 'factors', 'y'], 'select(0.0, dy[i], y[i] > 0.0)'),
};

function gradientOfInputShader(name: string, inputs: string[], g: string): Shader {
  return elementwiseShader({
    name: `CifarlabBatchNormInput ${name}`,
    inputs,
    outputs: ['dx'],
    uniforms: { columns: 'u32' },
    code: `let at = 4u * (i % uniforms.columns);
  dx[i] = factors[at] * (${g} - factors[at + 3u] - (x[i] - factors[at + 1u]) * factors[at + 2u]);`,
  });
}

/** Inputs dy, x, y, gamma, mean, variance; outputs dx of x's shape, dgamma [C], dbeta [C]. */
export const batchNormTrainingGrad: GpuKernel = {
  kernelName: 'CifarlabBatchNormTrainingGrad',
  run({ inputs, attrs, backend }) {
    const { x, gamma, mean, variance } = inputs as Record<'x' | 'gamma' | 'mean' | 'variance', TensorInfo>;
    const { epsilon, activation } = attrs as unknown as BatchNormAttributes;
    const matrix = matrixOf(x.shape);
    const { rows, columns } = matrix;
    const { results, chunks } = runColumnSums(backend, gradientSums[activation], inputs, matrix);
    const [sums, products] = results as [TensorInfo, TensorInfo];
    const shapes = [[columns], [columns], [columns, 4]];
    const arrays = { sums, products, gamma, variance, mean };
    const parameters = runElementwise(backend, gradientOfParameters, arrays, shapes, { chunks, rows, epsilon });
    const [dgamma, dbeta, factors] = parameters as [TensorInfo, TensorInfo, TensorInfo];
    const [dx] = runElementwise(backend, gradientOfInput[activation], { ...inputs, factors }, [x.shape], { columns });
    for (const { dataId } of [...results, factors]) backend.disposeData(dataId);
    return [dx!, dgamma, dbeta];
  },
};
