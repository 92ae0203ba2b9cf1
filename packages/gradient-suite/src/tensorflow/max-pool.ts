import { evalNumericalGradientArray } from '@cifarlab/gradcheck';
import type { Gradient } from '@cifarlab/gradcheck/float32';
import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { NdArray } from 'ndarray';
import { zeros } from '../arrays.js';
import { type ConvolutionWindow, outputLength } from './reference-convolution.js';

/** Returns the largest value of each window of `x` [S, H, W, C] inside the image, in float64. */
function maxPool(x: FloatNdArray, filter: readonly [number, number], window: ConvolutionWindow): FloatNdArray {
  const { stride, padding } = window;
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const [outHeight, outWidth] = [outputLength(height, filter[0], window), outputLength(width, filter[1], window)];
  const y = zeros([images, outHeight, outWidth, channels]);
  for (let s = 0; s < images; s++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        for (let c = 0; c < channels; c++) {
          let largest = Number.NEGATIVE_INFINITY;
          for (let u = i * stride - padding; u < i * stride - padding + filter[0]; u++) {
            for (let v = j * stride - padding; v < j * stride - padding + filter[1]; v++) {
              if (u >= 0 && u < height && v >= 0 && v < width) largest = Math.max(largest, x.get(s, u, v, c));
            }
          }
          y.set(s, i, j, c, largest);
        }
      }
    }
  }
  return y;
}

/**
 * Returns the gradient of `maxPool` by central differences, which are exact except for rounding: it is made of planes.
 */
export function maxPoolGradient(filter: readonly [number, number], window: ConvolutionWindow): Gradient {
  return ({ x }, dout) => ({
    x: evalNumericalGradientArray((at) => maxPool(at as FloatNdArray, filter, window) as NdArray, x as NdArray, dout),
  });
}
