import type { DType, FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import type { Arrays } from './arrays.js';

/** The gradient of sum(f(inputs) * dout) with respect to each input, in new arrays. */
export type Gradient = (inputs: Arrays, dout: FloatNdArray) => Arrays;

/** A function with its hand-written gradient, in the precision of the arrays that it is given. */
export interface Differentiable {
  /** The value: an array, or a number (a loss), whose dout has the shape []. */
  value(inputs: Arrays): FloatNdArray | number;
  gradient: Gradient;
}

/** Roundings of an exponential, a root or a quotient, generously. */
export const FUNCTION_ROUNDINGS = 4;

/** What the rows of the table say about all that they hold. */
export interface Subject {
  /** Names it on the command line. */
  layer: string;
  /** The package whose code it is, and where that computes. */
  code: string;
  /** Inputs that share a row; each has its own by default. */
  group?(input: string): string;
}

/** A hand-written gradient on ndarrays, in either precision. */
export interface NdarrayCase extends Subject {
  /** A random size with random inputs. Rounds count from 0: what must not be left to chance can depend on them. */
  draw(rng: RandomState, round: number): DrawnFunction;
}

/** A function at one point. */
export interface DrawnFunction {
  /** In float64, of numbers that float32 holds. */
  inputs: Arrays;
  create(dtype: DType): Differentiable;
  /** Other numbers that the gradient is computed from at each call, such as targets, in float64. */
  others?: readonly FloatNdArray[];
  /** The number of rounded operations one after the other on the longest way from an input to one of the gradients. */
  roundings: number;
}

/** A gradient that is computed in float32. */
export interface Float32Case extends Subject {
  /** As that of {@link NdarrayCase}. */
  draw(rng: RandomState, round: number): DrawnGradient;
}

/** A gradient at one point, with what it should be. */
export interface DrawnGradient {
  /** In float64, of numbers that float32 holds. */
  inputs: Arrays;
  /** As `inputs`. */
  dout: FloatNdArray;
  /** The gradient in float64. */
  exact: Gradient;
  /** The one that is checked: float32 in, float32 out. */
  single: Gradient;
  /** As in {@link DrawnFunction}. */
  others?: readonly FloatNdArray[];
  /** As in {@link DrawnFunction}. */
  roundings: number;
  /** How much rounding can move each derivative, over the size of a rounding; measured by default. */
  condition?: Gradient;
}
