import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { KernelContext } from '../backend/kernel-context.js';
import { recordsGradients } from '../backend/records-gradients.js';
import type { WindowGeometry } from '../simd/window-geometry.js';
import type { KernelArguments, NativeKernel } from './kernel.js';

/**
 * x [batch, height, width, C]; the largest value of each window. Where a gradient may follow, the windows' winners stay
 * beside the result, if memory allows.
 */
export const maxPool: NativeKernel = {
  kernelName: 'MaxPool',
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const geometry = poolGeometry(x, attrs);
    if (geometry === undefined) return undefined;
    const y = context.arenaOutput(geometry.outShape);
    const size = floatsOfWinners(geometry);
    const isKept =
      recordsGradients() && hasWinners(geometry) && context.mayAttach(size * Float32Array.BYTES_PER_ELEMENT);
    const winners = isKept ? context.scratch(size) : undefined;
    const addresses = { x: context.arenaFloats(x).byteOffset, y: y.values.byteOffset, winners: winners?.byteOffset };
    context.simd.pool.maximum(addresses, geometry);
    if (winners) context.attach(y.info, winnersKey(geometry), winners);
    return y.info;
  },
};

/** The gradient of {@link maxPool}: each dy goes to the first pixel of its window that holds the largest value. */
export const maxPoolGrad: NativeKernel = {
  kernelName: 'MaxPoolGrad',
  kernelFunc: ({ inputs: { dy, input, output }, attrs, context }) => {
    const geometry = poolGeometry(input, attrs);
    if (geometry === undefined || !hasWinners(geometry)) return undefined;
    const winners = context.attached(output, winnersKey(geometry)) ?? findWinners(context, input, geometry);
    const dx = context.arenaOutput(input.shape);
    const addresses = {
      dy: context.arenaFloats(dy).byteOffset,
      winners: winners.byteOffset,
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

type PoolGeometry = WindowGeometry & { outShape: number[] };

/** Returns whether 16 bits tell the pixels of a window apart. */
function hasWinners({ filterHeight, filterWidth }: PoolGeometry): boolean {
  return filterHeight * filterWidth < 2 ** 16;
}

/** Returns how many float32 are as long as the winners, of which each has half as many bits. */
function floatsOfWinners({ outShape }: PoolGeometry): number {
  return Math.ceil(util.sizeFromShape(outShape) / 2);
}

/** Computes the winners alone, working memory of this call. */
function findWinners(context: KernelContext, input: TensorInfo, geometry: PoolGeometry): Float32Array {
  const winners = context.scratch(floatsOfWinners(geometry));
  const y = context.scratch(util.sizeFromShape(geometry.outShape));
  const x = context.arenaFloats(input).byteOffset;
  context.simd.pool.maximum({ x, y: y.byteOffset, winners: winners.byteOffset }, geometry);
  return winners;
}

/** The same data may be of another shape, too: a reshaped tensor shares it. */
function winnersKey(g: PoolGeometry): string {
  const { batchSize, inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = g;
  const input = [batchSize, inHeight, inWidth, inChannels];
  return `winners ${[...input, filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left]}`;
}

/**
 * Returns the geometry of a pooling; undefined for empty tensors, for tensors that are not float32, and where nothing
 * is pooled, for which tfjs hands the input on.
 */
function poolGeometry({ shape, dtype }: TensorInfo, attrs: KernelArguments['attrs']): PoolGeometry | undefined {
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
