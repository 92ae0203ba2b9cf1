import ndarray from 'ndarray';

/** @typedef {import('ndarray').NdArray<Float64Array>} Array64 an array of float64 numbers, of any shape */

/**
 * Returns a new array of zeros.
 *
 * @param {readonly number[]} shape
 * @returns {Array64}
 */
export function zeros(shape) {
  return ndarray(new Float64Array(shape.reduce((product, size) => product * size, 1)), [...shape]);
}
