import {
  add,
  backend_util,
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  relu,
  relu6,
  type Tensor,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
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
  /** activation(convolution + bias + residual). */
  forward(x: Tensor, filter: Tensor, bias: Tensor, activation: Rectifier, residual?: Tensor): Tensor4D;
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
    forward(x, filter, bias, activation, residual) {
      if (!residual) return run(names.forward, { x, filter, bias }, { activation });
      if (!depthwise && x.size > 0 && hasFusedKernel('CifarlabResidualConv2D')) {
        const inputs = { x, filter, bias, residual };
        return runFusedKernel('CifarlabResidualConv2D', inputs, { ...attributes, activation })[0] as Tensor4D;
      }
      return tidy(() => {
        const sum = add<Tensor4D>(run(names.forward, { x, filter, bias }, { activation: 'linear' }), residual);
        return activation === 'relu6' ? relu6(sum) : activation === 'relu' ? relu(sum) : sum;
      });
    },
    inputGradient: (dy, filter, inputShape) => run(names.inputGradient, { dy, filter }, { inputShape }),
    filterGradient: (x, dy, filterShape) => run(names.filterGradient, { x, dy }, { filterShape }),
  };
}

/** Returns the shape of a convolution's result. */
export function outputShape(x: number[], filter: number[], { stride, padding, depthwise }: ConvWindow): number[] {
  type Shape4D = [number, number, number, number];
  const [images, window] = [x as Shape4D, filter as Shape4D];
  return backend_util.computeConv2DInfo(images, window, stride, 1, padding, 'floor', depthwise).outShape;
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
