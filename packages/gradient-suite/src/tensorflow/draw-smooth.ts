import type { Gradient } from '@cifarlab/gradcheck/float32';
import type { RandomState } from '@cifarlab/numpy-random';
import { type SmoothActivation, smoothActivation } from '@cifarlab/tfjs-ops';
import { absolute, fromValues } from '../arrays.js';
import { FUNCTION_ROUNDINGS, type TensorGradient } from '../gradient-case.js';
import { between, normals } from '../random-arrays.js';
import { tensorGradient } from './tensor-gradient.js';

/** The derivative of an activation in float64, and the sum of the magnitudes of the terms that it is computed of. */
interface Slope {
  value(x: number): number;
  magnitude(x: number): number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Computes Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …), the distribution function of N(0, 1) (G. Marsaglia, 2004). */
function distribution(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; sum + term !== sum; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}

const SLOPES: Record<SmoothActivation, Slope> = {
  silu: {
    value: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    magnitude: (x) => sigmoid(x) * (1 + Math.abs(x) * (1 - sigmoid(x))),
  },
  gelu: {
    value: (x) => distribution(x) + x * density(x),
    // Φ is (1 + erf) / 2.
    magnitude: (x) => 1 + Math.abs(x) * density(x),
  },
};

/** SiLU and GELU in turn, on arrays large enough for the backend to compute them natively. */
export function drawSmoothActivation(rng: RandomState, round: number): TensorGradient {
  const activation: SmoothActivation = round % 2 === 0 ? 'silu' : 'gelu';
  const { value, magnitude } = SLOPES[activation];
  const shape = [between(rng, 8, 9), 128];
  return {
    inputs: { x: normals(rng, shape) },
    dout: normals(rng, shape),
    exact: times(value),
    single: tensorGradient((x) => smoothActivation(x!, activation)),
    condition: (inputs, dout) => times(magnitude)(inputs, absolute(dout)),
    roundings: 3 * FUNCTION_ROUNDINGS,
  };
}

/** Computes dout · slope(x), in float64. */
function times(slope: (x: number) => number): Gradient {
  return ({ x }, dout) => ({
    x: fromValues(
      Float64Array.from(x!.data, (value, i) => slope(value) * dout.data[i]!),
      x!.shape,
    ),
  });
}
