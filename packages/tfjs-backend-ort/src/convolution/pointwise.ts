import type { KernelContext } from '../backend/kernel-context.js';
import { multiply } from '../graphs/products.js';
import type { ConvGeometry } from './geometry.js';

/** 1x1 convolutions: products of [pixels, channels] with the weights. */

/** Y = X W. */
export function pointwiseForward(
  { runtime }: KernelContext,
  g: ConvGeometry,
  x: Float32Array,
  w: Float32Array,
  y: Float32Array,
): void {
  const { pixels, weights } = shapes(g);
  multiply(runtime, { data: x, dims: pixels.x }, { data: w, dims: weights }, { data: y, dims: pixels.y });
}

/** dX = dY W^T. */
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

/** dW = X^T dY. */
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
  const rows = g.batch * g.outHeight * g.outWidth;
  return {
    pixels: { x: [rows, g.inChannels], y: [rows, g.outChannels] },
    weights: [g.inChannels, g.outChannels],
  };
}
