import type { FloatArrays, Gradient } from '@cifarlab/gradcheck/float32';
import { Conv2d, type FloatNdArray } from '@cifarlab/ndarray-mlp';
import ops from 'ndarray-ops';
import { cast, zeros } from '../arrays.js';

/** How a filter moves over an image, the same in both directions. */
export interface ConvolutionWindow {
  stride: number;
  /** Zeros around the image. */
  padding: number;
}

/** Returns the output's height or width. */
export function outputLength(length: number, filter: number, { stride, padding }: ConvolutionWindow): number {
  return Math.floor((length + 2 * padding - filter) / stride) + 1;
}

/**
 * Returns the hand-written `Conv2d` of stride 1 without padding, in float64, as a convolution of images `x` [S, H, W,
 * C] with `filter` [kh, kw, C, O] to [S, H', W', O]: the image lies in a frame of zeros, and a larger stride takes some
 * of the outputs, so that dout has zeros for the others.
 */
function denseConvolution({ padding }: ConvolutionWindow, { x, filter }: FloatArrays) {
  const [images, height, width, channels] = x!.shape as [number, number, number, number];
  const [kh, kw, , filters] = filter!.shape as [number, number, number, number];
  const inside = (frame: FloatNdArray) => frame.lo(0, 0, padding, padding).hi(images, channels, height, width);
  const frame = zeros([images, channels, height + 2 * padding, width + 2 * padding]);
  ops.assign(inside(frame), x!.transpose(0, 3, 1, 2));
  const convolution = new Conv2d(channels, filters, [kh, kw]);
  const { weight, bias } = convolution.params;
  ops.assigns(bias, 0);
  ops.assign(weight, filter!.transpose(3, 2, 0, 1));
  return { convolution, output: convolution.forward(frame), inside };
}

/** Returns the convolution of images `x` [S, H, W, C] with `filter` [kh, kw, C, O] to [S, H', W', O], in float64. */
export function convolve(window: ConvolutionWindow, inputs: FloatArrays): FloatNdArray {
  const { output } = denseConvolution(window, inputs);
  const { stride } = window;
  return cast(output.step(1, 1, stride, stride).transpose(0, 2, 3, 1), 'float64');
}

/** Returns the gradient of {@link convolve}. */
export function convolutionGradient(window: ConvolutionWindow): Gradient {
  return (inputs, dout) => {
    const { convolution, output, inside } = denseConvolution(window, inputs);
    const { stride } = window;
    const dense = zeros(output.shape);
    ops.assign(dense.step(1, 1, stride, stride), dout.transpose(0, 3, 1, 2));
    const dframe = convolution.backward(dense);
    return {
      x: cast(inside(dframe).transpose(0, 2, 3, 1), 'float64'),
      filter: cast(convolution.grads.weight.transpose(2, 3, 1, 0), 'float64'),
    };
  };
}

/**
 * Works like `convolutionGradient`, but for a `filter` [kh, kw, C, 1] of which every channel has its own: nothing mixes
 * channels.
 */
export function depthwiseGradient(window: ConvolutionWindow): Gradient {
  const gradient = convolutionGradient(window);
  return ({ x, filter }, dout) => {
    const channels = filter!.shape[2]!;
    const gradients = gradient({ x: x!, filter: mixingFilter(filter!) }, dout);
    const dfilter = zeros(filter!.shape);
    for (let c = 0; c < channels; c++) {
      ops.assign(dfilter.pick(null, null, c, 0), gradients.filter!.pick(null, null, c, c));
    }
    return { x: gradients.x!, filter: dfilter };
  };
}

/** Returns the filter [kh, kw, C, C] that does what a depthwise one [kh, kw, C, 1] does: nothing mixes channels. */
export function mixingFilter(filter: FloatNdArray): FloatNdArray {
  const [kh, kw, channels] = filter.shape as [number, number, number];
  const mixing = zeros([kh, kw, channels, channels]);
  for (let c = 0; c < channels; c++) ops.assign(mixing.pick(null, null, c, c), filter.pick(null, null, c, 0));
  return mixing;
}
