import type { RandomState } from '@cifarlab/numpy-random';

export const INITS = ['course', 'he', 'glorot', 'pytorch'] as const;

/**
 * How the weights of a linear layer start:
 * - `course`: N(0, 1e-4²), biases 0 (the practical's);
 * - `he`: N(0, 2 / in), biases 0 (He et al. 2015, arXiv:1502.01852);
 * - `glorot`: U(−b, b) with b = √(6 / (in + out)), biases 0 (Glorot and Bengio 2010);
 * - `pytorch`: weights, then biases, from U(−b, b) with b = 1 / √in (torch.nn.Linear).
 *
 * @useDeclaredType
 */
export type Init = (typeof INITS)[number];

/**
 * Returns the first weights [nOut, nIn], row by row, and biases [nOut] of a linear layer: drawn in float64 in the order
 * in which NumPy fills such arrays, then rounded to float32.
 */
export function initialWeights(
  nIn: number,
  nOut: number,
  init: Init,
  rng: RandomState,
): { weight: Float32Array; bias: Float32Array } {
  const size = nOut * nIn;
  const normal = (std: number) => Float32Array.from(rng.normals(size, 0, std));
  const uniform = (count: number, bound: number) =>
    Float32Array.from({ length: count }, () => rng.uniform(-bound, bound));
  const zeros = () => new Float32Array(nOut);
  switch (init) {
    case 'course':
      return { weight: normal(1e-4), bias: zeros() };
    case 'he':
      return { weight: normal(Math.sqrt(2 / nIn)), bias: zeros() };
    case 'glorot':
      return { weight: uniform(size, Math.sqrt(6 / (nIn + nOut))), bias: zeros() };
    case 'pytorch': {
      const bound = 1 / Math.sqrt(nIn);
      return { weight: uniform(size, bound), bias: uniform(nOut, bound) };
    }
  }
}
