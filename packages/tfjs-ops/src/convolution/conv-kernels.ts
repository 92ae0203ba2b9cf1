import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Rectifier } from './rectifier.js';

/**
 * Stride, padding and kind of a convolution's window. Padding `'same'` is TensorFlow's; a number is PyTorch's, on all
 * four sides.
 */
export interface ConvWindow {
  stride: number;
  padding: 'same' | number;
  /** Whether each channel has its own filter, [height, width, channels, 1]. */
  depthwise: boolean;
}

/** tfjs's kernels of a convolution and its gradients. Its ops of these names make gradients that nobody asked for. */
export interface ConvKernels {
  /** activation(convolution + bias). */
  forward(x: Tensor, filter: Tensor, bias: Tensor, activation: Rectifier): Tensor4D;
  inputGradient(dy: Tensor, filter: Tensor, inputShape: number[]): Tensor4D;
  filterGradient(x: Tensor, dy: Tensor, filterShape: number[]): Tensor4D;
}

/** Returns the kernels for a kind of window. */
export function convKernels({ stride, padding, depthwise }: ConvWindow): ConvKernels {
  const names = depthwise ? DEPTHWISE : DENSE;
  const attributes = {
    strides: [stride, stride],
    pad: padding,
    dataFormat: 'NHWC',
    dilations: [1, 1],
  };
  const run = (kernel: string, inputs: NamedTensorMap, more: object) =>
    engine().runKernel<Tensor4D>(kernel, inputs, { ...attributes, ...more } as unknown as NamedAttrMap);
  return {
    forward: (x, filter, bias, activation) => run(names.forward, { x, filter, bias }, { activation }),
    inputGradient: (dy, filter, inputShape) => run(names.inputGradient, { dy, filter }, { inputShape }),
    filterGradient: (x, dy, filterShape) => run(names.filterGradient, { x, dy }, { filterShape }),
  };
}

const DENSE = {
  forward: 'FusedConv2D',
  inputGradient: 'Conv2DBackpropInput',
  filterGradient: 'Conv2DBackpropFilter',
};

const DEPTHWISE = {
  forward: 'FusedDepthwiseConv2D',
  inputGradient: 'DepthwiseConv2dNativeBackpropInput',
  filterGradient: 'DepthwiseConv2dNativeBackpropFilter',
};
