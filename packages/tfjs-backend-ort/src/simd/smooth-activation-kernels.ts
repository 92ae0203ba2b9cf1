import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';

/** Activations in the order of their codes in assembly/smooth-activation.ts. */
const SMOOTH_ACTIVATIONS = ['silu', 'gelu', 'elu'] as const;

/** x / (1 + exp(-x)); x Φ(x), with Φ the distribution function of N(0, 1); x, and exp(x) - 1 where x < 0. */
export type SmoothActivation = (typeof SMOOTH_ACTIVATIONS)[number];

/** Smooth activations of `size` numbers in float32, to about 5e-7 of the larger of |x| and 1. Outputs may be inputs. */
export interface SmoothActivationKernels {
  /** y[i] = activation(x[i]). */
  forward(activation: SmoothActivation, x: number, y: number, size: number): void;
  /** y[i] = activation(x[i]), slope[i] = activation'(x[i]). */
  withSlope(activation: SmoothActivation, addresses: { x: number; y: number; slope: number }, size: number): void;
}

/** Numbers that a thread's share is a multiple of: a line of the cache. */
const LINE = 16;

/** Returns the smooth activations among the SIMD kernels. */
export function smoothActivationKernels(team: SimdTeam): SmoothActivationKernels {
  const flat = (size: number, tensors: number) => ranges(team.threads, size, tensors * size * 4, LINE);
  const code = (activation: SmoothActivation) => SMOOTH_ACTIVATIONS.indexOf(activation);
  return {
    forward: (activation, x, y, size) => {
      const calls = flat(size, 2).map(({ first, count }) => {
        return [code(activation), x + 4 * first, y + 4 * first, count];
      });
      team.run('smoothActivation', calls);
    },
    withSlope: (activation, { x, y, slope }, size) => {
      const calls = flat(size, 3).map(({ first, count }) => {
        return [code(activation), x + 4 * first, y + 4 * first, slope + 4 * first, count];
      });
      team.run('smoothActivationWithSlope', calls);
    },
  };
}
