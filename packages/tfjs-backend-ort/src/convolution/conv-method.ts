import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import type { ConvGeometry } from './geometry.js';

/** One way to compute a convolution: its three passes, each of which makes its output. */
export interface ConvMethod {
  readonly name: string;
  /** y, of the shape that the geometry says. */
  forward(context: KernelContext, g: ConvGeometry, inputs: { x: TensorInfo; w: TensorInfo }): Output;
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

/** A pass over the values of two tensors, wherever they lie. */
type MatrixPass = (
  context: KernelContext,
  g: ConvGeometry,
  a: Float32Array,
  b: Float32Array,
  output: Float32Array,
) => void;

/** The method whose passes are products of matrices that may lie anywhere. */
export function matrixMethod(
  name: string,
  passes: { forward: MatrixPass; inputGradient: MatrixPass; filterGradient: MatrixPass },
): ConvMethod {
  const compute = (
    pass: MatrixPass,
    context: KernelContext,
    g: ConvGeometry,
    [a, b]: [TensorInfo, TensorInfo],
    shape: number[],
  ) => {
    const output = context.output(shape);
    pass(context, g, context.floats(a), context.floats(b), output.values);
    return output;
  };
  return {
    name,
    forward: (context, g, { x, w }) => compute(passes.forward, context, g, [x, w], outputShape(g)),
    inputGradient: (context, g, { dy, w }, shape) => compute(passes.inputGradient, context, g, [dy, w], shape),
    filterGradient: (context, g, { x, dy }, shape) => compute(passes.filterGradient, context, g, [x, dy], shape),
  };
}

/** [batch, height, width, channels] of the output. */
export function outputShape({ batch, outHeight, outWidth, outChannels }: ConvGeometry): number[] {
  return [batch, outHeight, outWidth, outChannels];
}
