import { type GradcheckElement, gradcheck } from '@cifarlab/gradcheck';
import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import type { NdArray } from 'ndarray';
import type { NdarrayCase } from './gradient-case.js';
import type { GradientResult } from './result.js';
import { Tally } from './tally.js';

/** Random sizes that each gradient is checked at. */
const ROUNDS = 4;

/**
 * A central difference of step h is off by h^2 f''' / 6, from where it is cut, and by about 2^-53 |f| / h, from where it is
 * rounded: some 1e-10 each at the numbers of these cases, and a thousand times that is still far from any mistake.
 */
const STEP = 1e-6;
const TOLERANCE = 1e-7;

/**
 * Compares the gradient, at random sizes and inputs, with central differences of the function: every derivative of every
 * output. The error of a derivative is |hand-written - numerical| / (1 + |numerical|).
 */
export function checkFloat64(subject: NdarrayCase, seed: number, rounds = ROUNDS): GradientResult {
  const tally = new Tally(subject, 'float64');
  for (let round = 0; round < rounds; round++) {
    const { inputs, create } = subject.draw(new RandomState([seed, round]), round);
    const f = create('float64');
    const report = gradcheck(
      (at: Record<string, NdArray>) => ({
        output: f.value(at as Record<string, FloatNdArray>),
        backward: (dout) => f.gradient(at as Record<string, FloatNdArray>, dout as FloatNdArray) as typeof at,
      }),
      inputs as Record<string, NdArray>,
      { eps: STEP, atol: TOLERANCE, rtol: TOLERANCE },
    );
    for (const { name, shape, compared, worst } of report.inputs) {
      if (worst === undefined) continue;
      const { position, analytical, numerical } = worst;
      const place = { input: name, position, shape, found: analytical, expected: numerical };
      tally.add({ ...place, compared, error: relativeError(worst), tolerance: TOLERANCE });
    }
  }
  return tally.result();
}

const relativeError = ({ error, numerical }: GradcheckElement): number => error / (1 + Math.abs(numerical));
