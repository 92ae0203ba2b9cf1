import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WindowGeometry } from '../simd/window-geometry.js';
import type { KernelArguments, NativeKernel } from './kernel.js';

/** x [batch, height, width, C]; the largest value of each window. */
export const maxPool: NativeKernel = {
  kernelName: 'MaxPool',
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const geometry = poolGeometry(x, attrs);
    if (geometry === undefined) return undefined;
    const y = context.arenaOutput(geometry.outShape);
    context.simd.pool.maximum(context.arenaFloats(x).byteOffset, y.values.byteOffset, geometry);
    return y.info;
  },
};

/** The gradient of {@link maxPool}: each dy goes to the first pixel of its window that holds the largest value. */
export const maxPoolGrad: NativeKernel = {
  kernelName: 'MaxPoolGrad',
  kernelFunc: ({ inputs: { dy, input, output }, attrs, context }) => {
    const geometry = poolGeometry(input, attrs);
    if (geometry === undefined) return undefined;
    const dx = context.arenaOutput(input.shape);
    const addresses = {
      dy: context.arenaFloats(dy).byteOffset,
      x: context.arenaFloats(input).byteOffset,
      y: context.arenaFloats(output).byteOffset,
      dx: dx.values.byteOffset,
    };
    context.simd.pool.maximumGradient(addresses, geometry);
    return dx.info;
  },
};

/** x [batch, height, width, C]; the mean of the values of each window that lie inside the image. */
export const avgPool: NativeKernel = {
  kernelName: 'AvgPool',
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const geometry = poolGeometry(x, attrs);
    if (geometry === undefined) return undefined;
    const y = context.arenaOutput(geometry.outShape);
    context.simd.pool.average(context.arenaFloats(x).byteOffset, y.values.byteOffset, geometry);
    return y.info;
  },
};

/**
 * The gradient of {@link avgPool} as TensorFlow.js defines it: every dy is divided by the window's size, which at a padded
 * border is not the number of pixels that the forward pass divides by.
 */
export const avgPoolGrad: NativeKernel = {
  kernelName: 'AvgPoolGrad',
  kernelFunc: ({ inputs: { dy, input }, attrs, context }) => {
    const geometry = poolGeometry(input, attrs);
    if (geometry === undefined) return undefined;
    const dx = context.arenaOutput(input.shape);
    const outputGradient = context.arenaFloats(dy).byteOffset;
    context.simd.pool.averageGradient(outputGradient, dx.values.byteOffset, geometry, 'window');
    return dx.info;
  },
};

/**
 * Returns the geometry of a pooling; undefined for empty tensors, for tensors that are not float32, and where nothing
 * is pooled, for which tfjs hands the input on.
 */
function poolGeometry(
  { shape, dtype }: TensorInfo,
  attrs: KernelArguments['attrs'],
): (WindowGeometry & { outShape: number[] }) | undefined {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const isEmpty = [...info.inShape, ...info.outShape].some((size) => size <= 0);
  const isIdentity = info.filterHeight * info.filterWidth === 1 && `${info.inShape}` === `${info.outShape}`;
  return dtype === 'float32' && !isEmpty && !isIdentity ? info : undefined;
}

interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computePool2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
