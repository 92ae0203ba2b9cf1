import { assertKnownKeys, assertNonNegative } from '@cifarlab/internals/checks';

/** The option that all forms of layer normalisation have. */
export interface LayerNormOptions {
  /**
   * Constant added to the variance under the root. Default 1e-5, as in PyTorch (Keras and tf.layers: 1e-3). With 0 a
   * row of equal values gives NaN.
   */
  epsilon?: number;
}

/**
 * Returns the epsilon of `options`, or its default.
 *
 * @throws RangeError on a value below 0 or not finite, and on an unknown option, so that a misspelt one shows;
 *   TypeError when they are not an object.
 */
export function resolveEpsilon(what: string, options: LayerNormOptions): number {
  assertKnownKeys(what, options, ['epsilon']);
  const { epsilon = 1e-5 } = options;
  assertNonNegative(`${what}: epsilon`, epsilon);
  return epsilon;
}
