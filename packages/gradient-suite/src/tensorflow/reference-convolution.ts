import type { Gradient } from '@cifarlab/gradcheck/float32';
import { Conv2d, type FloatNdArray } from '@cifarlab/ndarray-mlp';
import ops from 'ndarray-ops';
import { cast, zeros } from '../arrays.js';

/** How a filter moves over an image, the same in both directions. */
export interface ConvolutionWindow {
  stride: number;
  /** Zeros around the image. */
  padding: number;
}

/** The output's height or width. */
export function outputLength(length: number, filter: number, { stride, padding }: ConvolutionWindow): number {
  return Math.floor((length + 2 * padding - filter) / stride) + 1;
}

/**
 * The gradient of a convolution of images `x` [S, H, W, C] with `filter` [kh, kw, C, O] to [S, H', W', O], in float64, by
 * the hand-written `Conv2d` of stride 1 without padding: the image lies in a frame of zeros, and a larger stride takes some
 * of the outputs, so that dout has zeros for the others.
 */
export function convolutionGradient({ stride, padding }: ConvolutionWindow): Gradient {
  return ({ x, filter }, dout) => {
    const [images, height, width, channels] = x!.shape as [number, number, number, number];
    const [kh, kw, , filters] = filter!.shape as [number, number, number, number];
    const inside = (frame: FloatNdArray) => frame.lo(0, 0, padding, padding).hi(images, channels, height, width);
    const frame = zeros([images, channels, height + 2 * padding, width + 2 * padding]);
    ops.assign(inside(frame), x!.transpose(0, 3, 1, 2));
    const convolution = new Conv2d(channels, filters, [kh, kw]);
    const { weight, bias } = convolution.params;
    ops.assigns(bias, 0);
    ops.assign(weight, filter!.transpose(3, 2, 0, 1));

    const dense = zeros(convolution.forward(frame).shape);
    ops.assign(dense.step(1, 1, stride, stride), dout.transpose(0, 3, 1, 2));
    const dframe = convolution.backward(dense);
    return {
      x: cast(inside(dframe).transpose(0, 2, 3, 1), 'float64'),
      filter: cast(convolution.grads.weight.transpose(2, 3, 1, 0), 'float64'),
    };
  };
}

/** As `convolutionGradient`, for a `filter` [kh, kw, C, 1] of which every channel has its own: nothing mixes channels. */
export function depthwiseGradient(window: ConvolutionWindow): Gradient {
  const gradient = convolutionGradient(window);
  return ({ x, filter }, dout) => {
    const [kh, kw, channels] = filter!.shape as [number, number, number];
    const mixing = zeros([kh, kw, channels, channels]);
    for (let c = 0; c < channels; c++) ops.assign(mixing.pick(null, null, c, c), filter!.pick(null, null, c, 0));
    const gradients = gradient({ x: x!, filter: mixing }, dout);
    const dfilter = zeros(filter!.shape);
    for (let c = 0; c < channels; c++) {
      ops.assign(dfilter.pick(null, null, c, 0), gradients.filter!.pick(null, null, c, c));
    }
    return { x: gradients.x!, filter: dfilter };
  };
}
