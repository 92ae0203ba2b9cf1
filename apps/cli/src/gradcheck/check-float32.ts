import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { type Arrays, cast, castAll, fromValues, maxNorm, normals } from './arrays.js';
import { measureCondition } from './condition.js';
import type { Float32Case, NdarrayCase } from './gradient-case.js';
import { type CheckResult, Tally, type WorstDerivative, worse } from './result.js';

/** Random sizes that each gradient is checked at. */
const ROUNDS = 4;

/** Half the distance of two neighbouring float32 numbers, relative to them: what one rounding is off by at most. */
const UNIT_ROUNDOFF = 2 ** -24;

/**
 * Compares a gradient in float32, at random sizes and inputs, with the same in float64. Both are computed from the same
 * float32 numbers.
 *
 * The error of a derivative is relative to its condition (see `measureCondition`), or to the largest derivative of all
 * where that is more: in between, numbers of that size may cancel, as those do of which a bias in front of a normalisation
 * collects zero. The tolerance is 2^-24 for each of the roundings that follow one another.
 */
export function checkFloat32(subject: Float32Case, seed: number, rounds = ROUNDS): CheckResult {
  const tally = new Tally(subject, 'float32');
  for (let round = 0; round < rounds; round++) {
    const drawn = subject.draw(new RandomState([seed, round]), round);
    const { inputs, dout, exact, single, roundings } = drawn;
    const expected = exact(inputs, dout);
    const conditions = drawn.condition?.(inputs, dout) ?? measureCondition(exact, drawn);
    const found = single(castAll(inputs, 'float32'), cast(dout, 'float32'));
    const largest = Math.max(...Object.values(expected).map(maxNorm));
    for (const input of Object.keys(expected)) {
      const worst = worstOf(input, found, expected, conditions, largest, roundings * UNIT_ROUNDOFF);
      tally.add({ ...worst, compared: expected[input]!.size });
    }
  }
  return tally.result();
}

/** The gradient of ndarrays in float32, against that in float64. */
export function inFloat32({ draw, ...subject }: NdarrayCase): Float32Case {
  return {
    ...subject,
    draw(rng, round) {
      const { inputs, create, others, roundings } = draw(rng, round);
      const [double, single] = [create('float64'), create('float32')];
      const value = double.value(inputs);
      const dout = typeof value === 'number' ? fromValues(Float64Array.of(1), []) : normals(rng, value.shape);
      return { inputs, dout, exact: double.gradient, single: single.gradient, others, roundings };
    },
  };
}

function worstOf(
  input: string,
  foundAll: Arrays,
  expectedAll: Arrays,
  conditions: Arrays,
  largest: number,
  tolerance: number,
): WorstDerivative {
  const [found, expected] = [foundAll[input]!, expectedAll[input]!];
  assertComparable(input, found, expected);
  const elements = Array.from(expected.data, (value, i): WorstDerivative => {
    const scale = Math.max(conditions[input]!.data[i]!, largest);
    const difference = Math.abs(found.data[i]! - value);
    return {
      input,
      position: positionOf(i, expected.shape),
      shape: expected.shape,
      found: found.data[i]!,
      expected: value,
      error: difference === 0 ? 0 : difference / scale,
      tolerance,
    };
  });
  return elements.reduce(worse);
}

function assertComparable(input: string, found: FloatNdArray, expected: FloatNdArray): void {
  if (found.dtype !== 'float32' || `${found.shape}` !== `${expected.shape}`) {
    throw new TypeError(
      `the gradient of ${input} is ${found.dtype} of shape [${found.shape}], but float32 of [${expected.shape}] is needed`,
    );
  }
}

/** The position of element `i` in row-major order. */
function positionOf(i: number, shape: readonly number[]): number[] {
  const position = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis] = i % shape[axis]!;
    i = Math.floor(i / shape[axis]!);
  }
  return position;
}
