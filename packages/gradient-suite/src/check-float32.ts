import { type Float32Gradient, gradcheckFloat32 } from '@cifarlab/gradcheck/float32';
import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { cast, fromValues, mapArrays } from './arrays.js';
import type { DrawGradient, DrawTensorGradient, GradientSubject, NdarrayCase } from './gradient-case.js';
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
  for (let round = 0; round < rounds; round++) count(tally, draw(new RandomState([seed, round]), round));
  return tally.result();
}

/** Works like {@link checkFloat32} for a gradient in TensorFlow.js. */
export async function checkTensors(
  subject: GradientSubject,
  draw: DrawTensorGradient,
  seed: number,
  rounds = ROUNDS,
): Promise<GradientResult> {
  const tally = new Tally(subject, 'float32');
  for (let round = 0; round < rounds; round++) {
    const drawn = draw(new RandomState([seed, round]), round);
    const toFloat32 = (x: FloatNdArray) => cast(x, 'float32');
    const found = await drawn.single(mapArrays(drawn.inputs, toFloat32), toFloat32(drawn.dout));
    count(tally, { ...drawn, single: () => found });
  }
  return tally.result();
}

function count(tally: Tally, gradient: Float32Gradient): void {
  for (const { shape, compared, worst } of gradcheckFloat32(gradient).inputs) {
    if (worst === undefined) continue;
    const { input, position, found, expected, error, allowed } = worst;
    tally.add({ input, position, shape, found, expected, error, tolerance: allowed, compared });
  }
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
