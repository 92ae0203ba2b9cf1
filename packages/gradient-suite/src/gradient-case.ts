import type { Float32Gradient, FloatArrays, Gradient } from '@cifarlab/gradcheck/float32';
import type { DType, FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';

/** A gradient that is written by hand, and the random points at which it is checked. */
export type GradientCase = NdarrayCase | TensorflowCase;

/** The subject of a result: a gradient and the code that computes it. */
export interface GradientSubject {
  /** The layer's name, by which it is chosen; several cases can share it. */
  readonly layer: string;
  /** The package whose code it is. */
  readonly code: string;
  /** The row that an input's derivatives are counted in; each has its own by default. */
  group?(input: string): string;
}

/** A hand-written gradient on ndarrays, in either precision. */
export interface NdarrayCase extends GradientSubject {
  readonly library: 'ndarray';
  /**
   * Draws a random size with random inputs.
   *
   * @param round from 0: what must not be left to chance can depend on it.
   */
  draw(rng: RandomState, round: number): DrawnFunction;
}

/** A hand-written gradient in TensorFlow.js, which has float32 only. */
export interface TensorflowCase extends GradientSubject {
  readonly library: 'tensorflow.js';
  /**
   * Backend that computes it: `any`, the backend in use; `ops`, the same, or `cpu` if the backend has its own kernel
   * for what is written in ops; `ort`, that backend alone, or `webgpu` if `onWebGpu` names its code.
   */
  readonly backend: 'any' | 'ops' | 'ort';
  /** The package whose kernel computes it on `webgpu`; undefined if that has no kernel for it. */
  readonly onWebGpu?: string | undefined;
  /** Loads TensorFlow.js, and returns what draws a random size with random inputs. */
  load(): Promise<DrawTensorGradient>;
}

/** A gradient in TensorFlow.js at a point. Its values are read with a promise, since those of a GPU can only be read so. */
export interface TensorGradient extends Omit<Float32Gradient, 'single'> {
  /** Computes the gradient to check: float32 in, float32 out. */
  single(...args: Parameters<Gradient>): Promise<FloatArrays>;
}

/** Draws a gradient in TensorFlow.js; rounds count from 0. */
export type DrawTensorGradient = (rng: RandomState, round: number) => TensorGradient;

/** Draws a gradient to check in float32; rounds count from 0. */
export type DrawGradient = (rng: RandomState, round: number) => Float32Gradient;

/** A function at one point. */
export interface DrawnFunction {
  /** Inputs in float64, of numbers that float32 can hold. */
  readonly inputs: FloatArrays;
  /** Other numbers that the gradient is computed from at each call, such as targets, in float64. */
  readonly others?: readonly FloatNdArray[];
  /** The number of rounded operations one after the other on the longest way from an input to one of the gradients. */
  readonly roundings: number;
  /** Makes the function in a precision. */
  create(dtype: DType): DifferentiableFunction;
}

/** A function with its hand-written gradient, in the precision of the arrays that it is given. */
export interface DifferentiableFunction {
  /** The gradient, in new arrays. */
  readonly gradient: Gradient;
  /** Computes the value: an array, or a number (a loss), whose dout has the shape []. */
  value(inputs: FloatArrays): FloatNdArray | number;
}

/** Roundings of an exponential, a root or a quotient, generously. */
export const FUNCTION_ROUNDINGS = 4;
