/** One derivative in float32 beside the same in float64. */
export interface Float32Element {
  /** Name of the input. */
  input: string;
  /** Position of the element in that input. */
  position: number[];
  /** The derivative in float32. */
  found: number;
  /** The derivative in float64. */
  expected: number;
  /** |found - expected|, relative to the condition or to the largest derivative, whichever is more. NaN and infinities stay. */
  error: number;
  /** The error that would have passed: 2^-24 for each rounding. */
  allowed: number;
}

/** Findings for one input. */
export interface Float32InputReport {
  /** Its name. */
  name: string;
  /** The input's, and so its gradient's. */
  shape: number[];
  /** Number of derivatives compared. */
  compared: number;
  /** Number of derivatives off by more than allowed, or not finite. */
  failures: number;
  /** The one with the largest ratio of error to allowed error; `undefined` for an input without elements. */
  worst: Float32Element | undefined;
}

/** The result of {@link gradcheckFloat32}. */
export interface Float32Report {
  /** Whether every derivative was within tolerance. */
  passed: boolean;
  /** Number of derivatives compared, over all inputs. */
  compared: number;
  /** Number of derivatives off by more than allowed, or not finite. */
  failures: number;
  /** The one with the largest ratio of error to allowed error, over all inputs. */
  worst: Float32Element;
  /** Per input, in the order given. */
  inputs: Float32InputReport[];
}
