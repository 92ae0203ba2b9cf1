import ndarray, { type NdArray } from 'ndarray';
import { copyElements, elementIndices, float64Elements } from '../elements.js';

/** An ndarray of floats, in either precision. */
export type FloatNdArray = NdArray<Float32Array | Float64Array>;

/** Arrays by name: the inputs that a function is differentiated with respect to, or its gradients. */
export type FloatArrays = Readonly<Record<string, FloatNdArray>>;

/** The gradient of sum(f(inputs) * dout) with respect to each input, by the input's name. */
export type Gradient = (inputs: FloatArrays, dout: FloatNdArray) => FloatArrays;

/** Returns the elements of an array in either precision, row-major. */
export function valuesOf(x: FloatNdArray): Float64Array {
  return copyElements({ data: x.data, indices: elementIndices(x) });
}

/**
 * Returns the elements of a float64 array, row-major.
 *
 * @param name what the array is, for the message.
 * @throws TypeError unless it is float64.
 */
export function float64Values(x: FloatNdArray, name: string): Float64Array {
  return copyElements(float64Elements(x, name));
}

/** Returns an array of these elements, row-major. */
export function fromValues(values: Float32Array | Float64Array, shape: readonly number[]): FloatNdArray {
  return ndarray(values, [...shape]) as FloatNdArray;
}

/** Computes `f` of each array, by the same names. */
export function mapArrays(arrays: FloatArrays, f: (x: FloatNdArray, name: string) => FloatNdArray): FloatArrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, f(x, name)]));
}

/** Computes `f` of every element, in a new float64 array. */
export function mapValues(x: FloatNdArray, f: (value: number) => number): FloatNdArray {
  return fromValues(valuesOf(x).map(f), x.shape);
}

/** Returns the largest absolute value; 0 for no elements, NaN if there is one. */
export function maxNorm(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
