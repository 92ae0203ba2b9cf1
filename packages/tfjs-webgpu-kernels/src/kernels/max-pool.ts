import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { elementwiseShader, runElementwise } from '../elementwise.js';
import { sizeOf } from '../run-shader.js';
import type { GpuKernel } from './kernel.js';

/** The maximum of each window; NaN where the window has one, which tfjs's own kernel may drop. */
const maxPoolShader = elementwiseShader({
  name: 'CifarlabMaxPool',
  inputs: ['x'],
  outputs: ['y'],
  uniforms: {
    ...{ channels: 'u32', outHeight: 'u32', outWidth: 'u32' },
    ...{ inHeight: 'i32', inWidth: 'i32', filterHeight: 'i32', filterWidth: 'i32' },
    ...{ strideHeight: 'i32', strideWidth: 'i32', padTop: 'i32', padLeft: 'i32' },
  },
  functions: 'fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }',
  code: `let channel = i % uniforms.channels;
  let pixel = i / uniforms.channels;
  let left = i32(pixel % uniforms.outWidth) * uniforms.strideWidth - uniforms.padLeft;
  let top = i32(pixel / uniforms.outWidth % uniforms.outHeight) * uniforms.strideHeight - uniforms.padTop;
  let image = i32(pixel / uniforms.outWidth / uniforms.outHeight);
  var best = -3.4028234e38;
  for (var row = max(top, 0); row < min(top + uniforms.filterHeight, uniforms.inHeight); row++) {
    for (var column = max(left, 0); column < min(left + uniforms.filterWidth, uniforms.inWidth); column++) {
      let value = x[u32((image * uniforms.inHeight + row) * uniforms.inWidth + column) * uniforms.channels + channel];
      if (value > best || isNaN(value)) { best = value; }
    }
  }
  y[i] = best;`,
});

interface PoolAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: Parameters<typeof backend_util.computePool2DInfo>[4];
  dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
}

/** The largest value of each window: input x [batch, height, width, channels]. */
export const maxPool: GpuKernel = {
  kernelName: 'MaxPool',
  run({ inputs, attrs, backend }) {
    const { x } = inputs as { x: TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
    if (sizeOf(x.shape) === 0 || x.dtype !== 'float32') return undefined;
    const shape = x.shape as [number, number, number, number];
    const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const { outHeight, outWidth, inHeight, inWidth, filterHeight, filterWidth, strideHeight, strideWidth } = info;
    return runElementwise(backend, maxPoolShader, { x }, [info.outShape], {
      ...{ channels: info.outChannels, outHeight, outWidth, inHeight, inWidth, filterHeight, filterWidth },
      ...{ strideHeight, strideWidth, padTop: info.padInfo.top, padLeft: info.padInfo.left },
    })[0];
  },
};
