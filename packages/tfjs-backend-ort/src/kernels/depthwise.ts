import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import type { ConvAttributes } from '../convolution/geometry.js';
import type { Activation } from '../simd/activation.js';
import { filterGradientFloats } from '../simd/depthwise-kernels.js';
import type { WindowGeometry } from '../simd/window-geometry.js';
import { canFinish, finish, isBiasAndRectifier } from './finish.js';
import type { KernelArguments, NativeKernel } from './kernel.js';

/** x [batch, height, width, C] with filter [height, width, C, 1]: its own filter for every channel. */
export const depthwiseConv2d: NativeKernel = {
  kernelName: 'DepthwiseConv2dNative',
  kernelFunc: ({ inputs: { x, filter }, attrs, context }) => convolveDepthwise(context, { x, filter }, attrs)?.info,
};

/** activation(depthwise convolution + bias). */
export const fusedDepthwiseConv2d: NativeKernel = {
  kernelName: 'FusedDepthwiseConv2D',
  kernelFunc: ({ inputs: { x, filter, bias, preluActivationWeights: slopes }, attrs, context }) => {
    const { activation, leakyreluAlpha: slope } = attrs as { activation?: string; leakyreluAlpha?: number };
    const steps = { bias, activation, slope, slopes };
    if (!canFinish(steps)) return undefined;
    if (isBiasAndRectifier(steps, x.shape[3])) {
      return convolveDepthwise(context, { x, filter, bias }, attrs, steps.activation)?.info;
    }
    const y = convolveDepthwise(context, { x, filter }, attrs);
    if (y) finish(context, y, steps);
    return y?.info;
  },
};

function convolveDepthwise(
  context: KernelContext,
  { x, filter, bias }: { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
  attrs: KernelArguments['attrs'],
  activation?: Activation,
): Output | undefined {
  const geometry = depthwiseGeometry(x.shape, filter.shape, attrs);
  if (geometry === undefined) return undefined;
  const y = context.arenaOutput(geometry.outShape);
  const addresses = {
    x: context.arenaFloats(x).byteOffset,
    filter: context.arenaFloats(filter).byteOffset,
    ...(bias && { bias: context.arenaFloats(bias).byteOffset }),
    y: y.values.byteOffset,
  };
  context.simd.depthwise.forward(addresses, geometry, activation);
  return y;
}

/** The gradient of {@link depthwiseConv2d} with respect to its input. */
export const depthwiseConv2dBackpropInput: NativeKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  kernelFunc: ({ inputs: { dy, filter }, attrs, context }) => {
    const { inputShape } = attrs as unknown as { inputShape: number[] };
    const geometry = depthwiseGeometry(inputShape, filter.shape, attrs);
    if (geometry === undefined) return undefined;
    const dx = context.arenaOutput(inputShape);
    const addresses = {
      dy: context.arenaFloats(dy).byteOffset,
      filter: context.arenaFloats(filter).byteOffset,
      dx: dx.values.byteOffset,
    };
    context.simd.depthwise.inputGradient(addresses, geometry);
    return dx.info;
  },
};

/** The gradient of {@link depthwiseConv2d} with respect to its filter. */
export const depthwiseConv2dBackpropFilter: NativeKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  kernelFunc: ({ inputs: { x, dy }, attrs, context }) => {
    const { filterShape } = attrs as unknown as { filterShape: number[] };
    const geometry = depthwiseGeometry(x.shape, filterShape, attrs);
    if (geometry === undefined) return undefined;
    const dfilter = context.arenaOutput(filterShape);
    const addresses = {
      x: context.arenaFloats(x).byteOffset,
      dy: context.arenaFloats(dy).byteOffset,
      dfilter: dfilter.values.byteOffset,
      partial: context.scratch(filterGradientFloats(geometry)).byteOffset,
    };
    context.simd.depthwise.filterGradient(addresses, geometry);
    return dfilter.info;
  },
};

/** Returns the geometry; undefined for a channel multiplier other than 1, for channels first and for empty tensors. */
function depthwiseGeometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: KernelArguments['attrs'],
): (WindowGeometry & { outShape: number[] }) | undefined {
  const { strides, pad, dilations, dimRoundingMode, dataFormat = 'NHWC' } = attrs as unknown as ConvAttributes;
  if (dataFormat !== 'NHWC' || filterShape[3] !== 1) return undefined;
  const info = backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    true,
  );
  return [...info.inShape, ...info.outShape].some((size) => size <= 0) ? undefined : info;
}
