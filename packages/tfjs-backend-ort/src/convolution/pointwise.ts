import type { KernelContext, Output } from '../backend/kernel-context.js';
import { multiply } from '../graphs/products.js';
import { type FinishPixels, outputPixels } from './conv-method.js';
import type { ConvGeometry } from './geometry.js';

/** 1x1 convolutions: products of [pixels, channels] with the weights. */

/** Bytes of the output that are finished at a time, while they are still in the cache. */
const BLOCK_BYTES = 2 ** 21;

/** Computes Y = X W. */
export function pointwiseForward(
  { runtime }: KernelContext,
  g: ConvGeometry,
  x: Float32Array,
  w: Float32Array,
  y: Output,
  finish?: FinishPixels,
): void {
  const { inChannels, outChannels } = g;
  const pixels = outputPixels(g);
  const block = finish ? Math.ceil(BLOCK_BYTES / (4 * outChannels)) : pixels;
  for (let first = 0; first < pixels; first += block) {
    const count = Math.min(block, pixels - first);
    const rowsOf = (values: Float32Array, channels: number) => ({
      data: values.subarray(first * channels, (first + count) * channels),
      dims: [count, channels],
    });
    const weights = { data: w, dims: [inChannels, outChannels] };
    multiply(runtime, rowsOf(x, inChannels), weights, rowsOf(y.values, outChannels));
    finish?.apply(y, first, count);
  }
}

/** Computes dX = dY W^T. */
export function pointwiseInputGradient(
  { runtime }: KernelContext,
  g: ConvGeometry,
  dy: Float32Array,
  w: Float32Array,
  dx: Float32Array,
): void {
  const { pixels, weights } = shapes(g);
  const options = { transposeB: true };
  multiply(runtime, { data: dy, dims: pixels.y }, { data: w, dims: weights }, { data: dx, dims: pixels.x }, options);
}

/** Computes dW = X^T dY. */
export function pointwiseFilterGradient(
  { runtime }: KernelContext,
  g: ConvGeometry,
  x: Float32Array,
  dy: Float32Array,
  dw: Float32Array,
): void {
  const { pixels, weights } = shapes(g);
  const options = { transposeA: true };
  multiply(runtime, { data: x, dims: pixels.x }, { data: dy, dims: pixels.y }, { data: dw, dims: weights }, options);
}

function shapes(g: ConvGeometry) {
  const rows = outputPixels(g);
  return {
    pixels: { x: [rows, g.inChannels], y: [rows, g.outChannels] },
    weights: [g.inChannels, g.outChannels],
  };
}
