import ndarray, { type NdArray } from 'ndarray';
import { assertSeparateElements, copyElements, float64Elements, formatShape, sameShape } from './elements.js';

/**
 * Computes the numerical gradient of a scalar function by central differences, (f(x + h) - f(x - h)) / 2h for every
 * element of x: `eval_numerical_gradient` of the practical.
 *
 * @param f called with `x` itself, one element of which is moved by h at a time. It may leave its argument alone, when x
 *   is a parameter that it reads elsewhere.
 * @param x float64, any shape and strides; its elements have their exact values again afterwards, also when f throws.
 * @param h step, default 1e-5: it balances the truncation error O(h^2) and the rounding error O(1e-16 / h).
 * @returns an array of x's shape.
 * @throws TypeError when x is not float64, or f gives no number.
 */
export function evalNumericalGradient<X extends NdArray>(f: (x: X) => number, x: X, h = 1e-5): NdArray<Float64Array> {
  return differentiate(x, h, () => {
    const value: unknown = f(x);
    if (typeof value !== 'number') throw new TypeError(`The function must return a number; got ${typeof value}.`);
    return value;
  });
}

/**
 * Computes the numerical gradient of sum(f(x) * dout) with respect to x, by central differences:
 * `eval_numerical_gradient_array` of the practical.
 *
 * @param f called as by {@link evalNumericalGradient}; gives an array of dout's shape.
 * @param x float64, any shape and strides; restored exactly, also when f throws.
 * @param dout gradient that flows into f's output, float64.
 * @param h step, default 1e-5.
 * @returns an array of x's shape.
 * @throws TypeError when x, dout or f's output is not float64; RangeError when f's output does not have dout's shape.
 */
export function evalNumericalGradientArray<X extends NdArray>(
  f: (x: X) => NdArray,
  x: X,
  dout: NdArray,
  h = 1e-5,
): NdArray<Float64Array> {
  const weights = copyElements(float64Elements(dout, 'dout'));
  const shape = dout.shape.slice();
  const evaluate = (): Float64Array => {
    const output = f(x);
    if (!sameShape(output.shape, shape)) {
      throw new RangeError(
        `The function's output has shape ${formatShape(output.shape)}, and dout ${formatShape(shape)}: they must agree.`,
      );
    }
    // A copy: f may hand out the same buffer again at its next call.
    return copyElements(float64Elements(output, "The function's output"));
  };
  return differentiate(x, h, evaluate, (upper, lower) =>
    weights.reduce((sum, weight, i) => sum + (upper[i] - lower[i]) * weight, 0),
  );
}

/** Moves each element of x by +h and -h, and divides the difference of the two values by 2h. */
function differentiate<X extends NdArray>(x: X, h: number, evaluate: () => number): NdArray<Float64Array>;
function differentiate<X extends NdArray, Value>(
  x: X,
  h: number,
  evaluate: () => Value,
  difference: (upper: Value, lower: Value) => number,
): NdArray<Float64Array>;
function differentiate<X extends NdArray>(
  x: X,
  h: number,
  evaluate: () => unknown,
  difference = (upper: unknown, lower: unknown) => (upper as number) - (lower as number),
): NdArray<Float64Array> {
  if (!(h > 0 && Number.isFinite(h))) throw new RangeError(`The step h must be a positive number; got ${h}.`);
  const elements = float64Elements(x, 'x');
  assertSeparateElements([{ name: 'x', array: x, elements }]);
  const gradient = new Float64Array(elements.indices.length);
  const { data, indices } = elements;
  for (let i = 0; i < gradient.length; i++) {
    const index = indices[i];
    const kept = data[index];
    try {
      data[index] = kept + h;
      const upper = evaluate();
      data[index] = kept - h;
      gradient[i] = difference(upper, evaluate()) / (2 * h);
    } finally {
      data[index] = kept;
    }
  }
  return ndarray(gradient, x.shape.slice());
}
