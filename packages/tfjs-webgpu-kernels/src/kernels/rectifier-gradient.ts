import type { TensorInfo } from '@tensorflow/tfjs-core';
import { columnSumsShader, matrixOf, runAddChunks, runColumnSums } from '../columns.js';
import type { GpuKernel } from './kernel.js';

const shaders = { relu: shaderOf('relu', 'y[i] > 0.0'), relu6: shaderOf('relu6', 'y[i] > 0.0 && y[i] < 6.0') };

function shaderOf(name: string, isBetween: string) {
  return columnSumsShader({
    name: `CifarlabRectifierGrad ${name}`,
    inputs: ['dy', 'y'],
    outputs: ['dz'],
    each: `let g = select(0.0, dy[i], ${isBetween}); dz[i] = g; s0 += g;`,
  });
}

/**
 * The gradients behind y = rectifier(z + bias): inputs dy, y [..., C]; outputs dz of y's shape, dbias [C], the sum of dz
 * over all other axes.
 */
export const rectifierGrad: GpuKernel = {
  kernelName: 'CifarlabRectifierGrad',
  run({ inputs, attrs, backend }) {
    const { y } = inputs as { y: TensorInfo };
    const { activation } = attrs as unknown as { activation: 'relu' | 'relu6' };
    const matrix = matrixOf(y.shape);
    const { results, chunks } = runColumnSums(backend, shaders[activation], inputs, matrix, { outputs: [y.shape] });
    const [partial, unused, dz] = results as [TensorInfo, TensorInfo, TensorInfo];
    const dbias = runAddChunks(backend, partial, chunks, [matrix.columns]);
    for (const { dataId } of [partial, unused]) backend.disposeData(dataId);
    return [dz, dbias];
  },
};
