import ndarray, { type NdArray } from 'ndarray';

/** The precisions that ndarrays are normalised in. */
export type DType = 'float32' | 'float64';

/** An ndarray of floats, in either precision. */
export type FloatNdArray = NdArray<Float32Array | Float64Array>;

/** Returns a new array of zeros, row-major. */
export function zeros(shape: readonly number[], dtype: DType): FloatNdArray {
  const size = shape.reduce((product, n) => product * n, 1);
  return ndarray(dtype === 'float32' ? new Float32Array(size) : new Float64Array(size), [...shape]) as FloatNdArray;
}

/** Returns a new array of zeros with the shape and dtype of `x`, row-major. */
export function zerosLike(x: FloatNdArray): FloatNdArray {
  return zeros(x.shape, x.dtype);
}

/**
 * Requires an ndarray of floats, of the given precision if one is given.
 *
 * @throws TypeError naming the dtype received.
 */
export function assertFloat(name: string, x: NdArray, dtype?: DType): asserts x is FloatNdArray {
  const received: string = x.dtype;
  if (dtype === undefined ? received !== 'float32' && received !== 'float64' : received !== dtype) {
    const needed = dtype ?? 'float32 or float64';
    throw new TypeError(`${name} has dtype ${received}, but ${needed} is needed; convert it to that first.`);
  }
}
