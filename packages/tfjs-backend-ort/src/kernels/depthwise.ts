import { backend_util } from '@tensorflow/tfjs-core';
import type { ConvAttributes } from '../convolution/geometry.js';
import type { WindowGeometry } from '../simd/window-geometry.js';
import type { KernelArguments, NativeKernel } from './kernel.js';

/** x [batch, height, width, C] with filter [height, width, C, 1]: a filter of its own for every channel. */
export const depthwiseConv2d: NativeKernel = {
  kernelName: 'DepthwiseConv2dNative',
  kernelFunc: ({ inputs: { x, filter }, attrs, context }) => {
    const geometry = depthwiseGeometry(x.shape, filter.shape, attrs);
    if (geometry === undefined) return undefined;
    const y = context.arenaOutput(geometry.outShape);
    const addresses = {
      x: context.arenaFloats(x).byteOffset,
      filter: context.arenaFloats(filter).byteOffset,
      y: y.values.byteOffset,
    };
    context.simd.depthwise.forward(addresses, geometry);
    return y.info;
  },
};

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
    };
    context.simd.depthwise.filterGradient(addresses, geometry);
    return dfilter.info;
  },
};

/** The geometry; undefined for a channel multiplier other than 1, for channels first and for empty tensors. */
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
