import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { columnSumsShader, matrixOf, runAddChunks, runColumnSums } from '../columns.js';
import { sizeOf } from '../run-shader.js';
import type { GpuKernel } from './kernel.js';

const shader = columnSumsShader({ name: 'CifarlabColumnSums', inputs: ['x'], each: 's0 += x[i];' });

/** The sum over all axes but the last, the gradient of a bias; tfjs transposes x first. */
export const sum: GpuKernel = {
  kernelName: 'Sum',
  run({ inputs, attrs, backend }) {
    const { x } = inputs as { x: TensorInfo };
    const { axis, keepDims } = attrs as { axis: number | number[]; keepDims: boolean };
    const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const isLeading = x.shape.length > 1 && axes.length === x.shape.length - 1 && axes.every((one, i) => one === i);
    if (!isLeading || x.dtype !== 'float32' || sizeOf(x.shape) === 0 || backend.shouldExecuteOnCPU([x]))
      return undefined;
    const matrix = matrixOf(x.shape);
    const { results, chunks } = runColumnSums(backend, shader, { x }, matrix);
    const shape = keepDims ? [...axes.map(() => 1), matrix.columns] : [matrix.columns];
    const sums = runAddChunks(backend, results[0]!, chunks, shape);
    for (const { dataId } of results) backend.disposeData(dataId);
    return sums;
  },
};
