import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import type { Activation } from '../simd/activation.js';
import type { ConvGeometry } from './geometry.js';

/** What follows a convolution: y = activation(y + bias + residual). */
export interface FinishPixels {
  /** [channels]. */
  readonly bias: TensorInfo | undefined;
  /** Of y's shape. */
  readonly residual: TensorInfo | undefined;
  readonly activation: Activation;
  /** Does it to `count` pixels of y from pixel `first` on, counted over all images. */
  apply(y: Output, first: number, count: number): void;
}

/** One way to compute a convolution: its three passes, each of which makes its output. */
export interface ConvMethod {
  readonly name: string;
  /**
   * y, of the shape that the geometry says.
   *
   * @param finish is applied to all pixels of y, some at a time, once they are computed or while they are.
   */
  forward(
    context: KernelContext,
    g: ConvGeometry,
    inputs: { x: TensorInfo; w: TensorInfo },
    finish?: FinishPixels,
  ): Output;
  /** dx, of the shape of x. */
  inputGradient(
    context: KernelContext,
    g: ConvGeometry,
    inputs: { dy: TensorInfo; w: TensorInfo },
    shape: number[],
  ): Output;
  /** dw, of the shape of w. */
  filterGradient(
    context: KernelContext,
    g: ConvGeometry,
    inputs: { x: TensorInfo; dy: TensorInfo },
    shape: number[],
  ): Output;
}

/** Returns [batch, height, width, channels] of the output. */
export function outputShape({ batch, outHeight, outWidth, outChannels }: ConvGeometry): number[] {
  return [batch, outHeight, outWidth, outChannels];
}

/** Pixels of the output, of all images together. */
export function outputPixels({ batch, outHeight, outWidth }: ConvGeometry): number {
  return batch * outHeight * outWidth;
}
