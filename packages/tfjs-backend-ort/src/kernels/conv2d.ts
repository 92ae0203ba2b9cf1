import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import type { FinishPixels } from '../convolution/conv-method.js';
import { type ConvAttributes, convGeometry, isOutputShape } from '../convolution/geometry.js';
import { chooseMethod } from '../convolution/methods.js';
import type { NativeKernel } from './kernel.js';

/** x [batch, height, width, Cin] with filter [height, width, Cin, Cout]. */
export const conv2d: NativeKernel = {
  kernelName: 'Conv2D',
  kernelFunc: ({ inputs: { x, filter }, attrs, context }) =>
    convolve(context, x, filter, attrs as unknown as ConvAttributes)?.info,
};

/** The gradient of {@link conv2d} with respect to its input, of the shape `inputShape`. */
export const conv2dBackpropInput: NativeKernel = {
  kernelName: 'Conv2DBackpropInput',
  kernelFunc: ({ inputs: { dy, filter }, attrs, context }) => {
    const { inputShape, ...attributes } = attrs as unknown as ConvAttributes & { inputShape: number[] };
    const geometry = convGeometry(inputShape, filter.shape, attributes);
    if (geometry === undefined || !isOutputShape(dy.shape, geometry)) return undefined;
    const method = chooseMethod(geometry, context.convolution);
    return method.inputGradient(context, geometry, { dy, w: filter }, inputShape).info;
  },
};

/** The gradient of {@link conv2d} with respect to its filter, of the shape `filterShape`. */
export const conv2dBackpropFilter: NativeKernel = {
  kernelName: 'Conv2DBackpropFilter',
  kernelFunc: ({ inputs: { x, dy }, attrs, context }) => {
    const { filterShape, ...attributes } = attrs as unknown as ConvAttributes & { filterShape: number[] };
    const geometry = convGeometry(x.shape, filterShape, attributes);
    if (geometry === undefined || !isOutputShape(dy.shape, geometry)) return undefined;
    const method = chooseMethod(geometry, context.convolution);
    return method.filterGradient(context, geometry, { x, dy }, filterShape).info;
  },
};

/**
 * Returns the convolution as a new tensor; undefined for channels first and for empty tensors.
 *
 * @param finish is applied to all pixels, some at a time.
 */
export function convolve(
  context: KernelContext,
  x: TensorInfo,
  filter: TensorInfo,
  attributes: ConvAttributes,
  finish?: FinishPixels,
): Output | undefined {
  const geometry = convGeometry(x.shape, filter.shape, attributes);
  if (geometry === undefined) return undefined;
  return chooseMethod(geometry, context.convolution).forward(context, geometry, { x, w: filter }, finish);
}
