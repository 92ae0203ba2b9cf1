import { gradcheckFloat32 } from '@cifarlab/gradcheck/float32';
import { RandomState } from '@cifarlab/numpy-random';
import { fromValues } from './arrays.js';
import type { DrawGradient, GradientSubject, NdarrayCase } from './gradient-case.js';
import { normals } from './random-arrays.js';
import type { GradientResult } from './result.js';
import { Tally } from './tally.js';

/** Random sizes that each gradient is checked at. */
const ROUNDS = 4;

/** Compares a gradient in float32, at random sizes and inputs, with the same in float64. */
export function checkFloat32(
  subject: GradientSubject,
  draw: DrawGradient,
  seed: number,
  rounds = ROUNDS,
): GradientResult {
  const tally = new Tally(subject, 'float32');
  for (let round = 0; round < rounds; round++) {
    const report = gradcheckFloat32(draw(new RandomState([seed, round]), round));
    for (const { shape, compared, worst } of report.inputs) {
      if (worst === undefined) continue;
      const { input, position, found, expected, error, allowed } = worst;
      tally.add({ input, position, shape, found, expected, error, tolerance: allowed, compared });
    }
  }
  return tally.result();
}

/** Draws the gradient of ndarrays in float32, against that in float64. */
export function inFloat32({ draw }: NdarrayCase): DrawGradient {
  return (rng, round) => {
    const { inputs, create, others, roundings } = draw(rng, round);
    const [double, single] = [create('float64'), create('float32')];
    const value = double.value(inputs);
    const dout = typeof value === 'number' ? fromValues(Float64Array.of(1), []) : normals(rng, value.shape);
    return { inputs, dout, exact: double.gradient, single: single.gradient, others, roundings };
  };
}
