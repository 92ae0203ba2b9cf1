/** The precisions that gradients are checked in. */
export const precisions = ['float64', 'float32'] as const;

/** float64 is checked against central differences, float32 against float64. */
export type Precision = (typeof precisions)[number];

/** Findings about one hand-written gradient. */
export interface GradientResult {
  /** Precision in which it was checked. */
  precision: Precision;
  /** The layer's name. */
  layer: string;
  /** The package whose code it is and, in TensorFlow.js, the backend that computed it. */
  code: string;
  /** Null if it was not checked. */
  passed: boolean | null;
  /** Why it was not checked, or how its code failed. */
  reason?: string;
  /** Findings for each input; empty if there is a reason. */
  inputs: InputResult[];
}

/** The gradient of one input, or of several that share a row: how many derivatives, and the worst of them. */
export interface InputResult {
  /** The input or the name that several share. */
  name: string;
  /** Number of derivatives compared. */
  compared: number;
  /** Whether all of them were within their tolerance. */
  passed: boolean;
  /** The one that uses up most of its tolerance. */
  worst: WorstDerivative;
}

/** The derivative with the largest part of its tolerance used up. */
export interface WorstDerivative {
  /** Name of the input. */
  input: string;
  /** Position of the element in an input of this shape. */
  position: readonly number[];
  /** The input's shape. */
  shape: readonly number[];
  /** The derivative that the hand-written code gave. */
  found: number;
  /** The derivative as it should be. */
  expected: number;
  /** Relative error; NaN or infinite where something is not finite. */
  error: number;
  /** The error that would have passed. */
  tolerance: number;
}
