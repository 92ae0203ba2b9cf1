import { formatShape, sameShape, unravelIndex } from '../elements.js';
import { severity } from '../report.js';
import {
  type FloatArrays,
  type FloatNdArray,
  float64Values,
  fromValues,
  type Gradient,
  mapArrays,
  maxNorm,
  valuesOf,
} from './arrays.js';
import { type GradientPoint, measureCondition } from './condition.js';
import type { Float32Element, Float32InputReport, Float32Report } from './report.js';

/** Half the distance of two neighbouring float32 numbers, relative to them: what one rounding is off by at most. */
const UNIT_ROUNDOFF = 2 ** -24;

/** A gradient in float32 at one point, with what it should be. */
export interface Float32Gradient extends GradientPoint {
  /** The gradient in float64. */
  exact: Gradient;
  /** The gradient to check: float32 in, float32 out. */
  single: Gradient;
  /** The number of rounded operations one after the other on the longest way from an input to one of the gradients. */
  roundings: number;
  /** How much rounding can move each derivative, over the size of a rounding; by default {@link measureCondition}. */
  condition?: Gradient | undefined;
}

/** The gradients of all inputs, row-major. */
type Values = Readonly<Record<string, Float64Array>>;

/**
 * Compares a gradient in float32 with the same gradient in float64, at the same numbers.
 *
 * The error of a derivative is relative to its condition (see {@link measureCondition}), or to the largest derivative
 * of all inputs if that is more: in between, numbers of that size may cancel, as those do of which a bias in front of a
 * normalisation collects zero. The tolerance is 2^-24 for each of the roundings that follow one another. NaN and
 * infinities never pass.
 *
 * @param point with inputs and dout in float64, of numbers that float32 holds (`Math.fround`).
 * @returns counts and the worst element, per input and over all.
 * @throws TypeError when inputs, dout or an exact gradient are not float64, or a gradient to check is not float32 of its
 *   input's shape; RangeError for a number that float32 does not hold, a gradient that is missing, an exact one of
 *   another shape, roundings below 0, and when there is nothing to compare.
 */
export function gradcheckFloat32(point: Float32Gradient): Float32Report {
  const { inputs, dout, exact, single, roundings } = point;
  assertRoundings(roundings);
  const singleInputs = mapArrays(inputs, toFloat32);
  const singleDout = toFloat32(dout, 'dout');
  const expected = exactValues(exact(inputs, dout), inputs, 'exact');
  const conditions = exactValues(
    point.condition?.(inputs, dout) ?? measureCondition(exact, point),
    inputs,
    'condition',
  );
  const found = singleValues(single(singleInputs, singleDout), inputs);

  const largest = Object.values(expected)
    .map(maxNorm)
    .reduce((a, b) => Math.max(a, b), 0);
  const allowed = roundings * UNIT_ROUNDOFF;
  const reports = Object.entries(inputs).map(([name, { shape }]): Float32InputReport => {
    const elements = Array.from(expected[name], (value, i): Float32Element => {
      const scale = Math.max(conditions[name][i], largest);
      const difference = Math.abs(found[name][i] - value);
      return {
        input: name,
        position: unravelIndex(i, shape),
        found: found[name][i],
        expected: value,
        error: difference === 0 ? 0 : difference / scale,
        allowed,
      };
    });
    const failures = elements.filter((element) => !isWithin(element)).length;
    return { name, shape: [...shape], compared: elements.length, failures, worst: worstOf(elements) };
  });
  const worst = worstOf(reports.flatMap((report) => report.worst ?? []));
  if (worst === undefined) throw new RangeError('There is nothing to compare: the inputs have no elements.');
  const compared = reports.reduce((sum, report) => sum + report.compared, 0);
  const failures = reports.reduce((sum, report) => sum + report.failures, 0);
  return { passed: failures === 0, compared, failures, worst, inputs: reports };
}

function isWithin({ error, allowed }: Float32Element): boolean {
  return Number.isFinite(error) && error <= allowed;
}

function worstOf(elements: readonly Float32Element[]): Float32Element | undefined {
  return elements.reduce<Float32Element | undefined>(
    (worst, element) => (worst === undefined || severity(element) > severity(worst) ? element : worst),
    undefined,
  );
}

function assertRoundings(roundings: number): void {
  if (!(roundings >= 0 && Number.isFinite(roundings))) {
    throw new RangeError(`roundings must be a number of at least 0; got ${roundings}.`);
  }
}

function toFloat32(x: FloatNdArray, name: string): FloatNdArray {
  const values = float64Values(x, name);
  const rounded = Float32Array.from(values);
  const i = values.findIndex((value, index) => !Object.is(value, rounded[index]));
  if (i >= 0) {
    throw new RangeError(
      `${name}${formatShape(unravelIndex(i, x.shape))} is ${values[i]}, which float32 does not hold, so that the two ` +
        'gradients would not be taken at the same point; round it with Math.fround first.',
    );
  }
  return fromValues(rounded, x.shape);
}

function exactValues(gradients: FloatArrays, inputs: FloatArrays, giver: string): Values {
  return valuesPerInput(gradients, inputs, giver, (gradient, name, shape) => {
    if (!sameShape(gradient.shape, shape)) {
      throw new RangeError(
        `${giver} gave an array of shape ${formatShape(gradient.shape)} for ${name}, which has shape ${formatShape(shape)}.`,
      );
    }
    return float64Values(gradient, `What ${giver} gave for ${name}`);
  });
}

function singleValues(gradients: FloatArrays, inputs: FloatArrays): Values {
  return valuesPerInput(gradients, inputs, 'single', (gradient, name, shape) => {
    if (gradient.dtype !== 'float32' || !sameShape(gradient.shape, shape)) {
      throw new TypeError(
        `the gradient of ${name} is ${gradient.dtype} of shape [${gradient.shape}], but float32 of [${shape}] is needed`,
      );
    }
    return valuesOf(gradient);
  });
}

function valuesPerInput(
  gradients: FloatArrays,
  inputs: FloatArrays,
  giver: string,
  read: (gradient: FloatNdArray, name: string, shape: readonly number[]) => Float64Array,
): Values {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => {
      const gradient = gradients[name];
      if (gradient === undefined) {
        throw new RangeError(`${giver} gave no gradient for ${name}: return one for every input.`);
      }
      return [name, read(gradient, name, shape)];
    }),
  );
}
