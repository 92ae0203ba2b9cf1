import { RandomState } from '@cifarlab/numpy-random';
import type { TorchState } from '../../src/index.js';

/**
 * Draws values for the arrays of a state, which Python can draw as well, so that a network can be compared with its
 * reference in PyTorch without a file of weights: array i, in the order of the names, from `RandomState([seed, i])`, in
 * float64, rounded to float32. Kernels and matrices are N(0, 2 / fanIn), biases and running means from −0.5 to 0.5, gammas
 * and running variances from 0.5 to 1.5.
 *
 * @param state gives names and shapes; its values are left alone.
 */
export function seededState(state: TorchState, seed: number): TorchState {
  const names = Object.keys(state).sort();
  return Object.fromEntries(
    names.map((name, i) => {
      const { shape } = state[name]!;
      const rng = new RandomState([seed, i]);
      const count = sizeOf(shape);
      const low = /(bias|mean)$/.test(name) ? -0.5 : 0.5;
      const values =
        shape.length > 1
          ? rng.normals(count, 0, Math.sqrt(2 / sizeOf(shape.slice(1))))
          : rng.uniform(low, low + 1, count);
      return [name, { shape, data: Float32Array.from(values) }];
    }),
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
