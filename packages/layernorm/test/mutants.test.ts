// The checks of gradients bite: each of these mistakes must fail them, on every seed.
import { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import type { FloatNdArray } from '../src/ndarray/index.js';
import { type Inputs, randomInputs } from './support/arrays.js';
import { checkGradient, onNdArrays, onTensors, type Subject } from './support/check-gradient.js';
import { failOnLeaks, implementations } from './support/tensors.js';

failOnLeaks();

const [ROWS, FEATURES] = [3, 5];
const SEEDS = [0, 1, 2, 3, 4];

/** A mistake, as what the backward pass would then give. */
type Mutant = (gradients: Inputs, inputs: Inputs, dy: FloatNdArray) => Inputs;

const matrix = (f: (i: number, j: number) => number): FloatNdArray =>
  ndarray(
    Float64Array.from({ length: ROWS * FEATURES }, (_, k) => f(Math.floor(k / FEATURES), k % FEATURES)),
    [ROWS, FEATURES],
  );
const vector = (f: (j: number) => number): FloatNdArray =>
  ndarray(
    Float64Array.from({ length: FEATURES }, (_, j) => f(j)),
    [FEATURES],
  );
const mean = (n: number, f: (k: number) => number) =>
  Array.from({ length: n }, (_, k) => f(k)).reduce((a, b) => a + b, 0) / n;

/** The terms of dx at one element, read off the definition. */
interface Terms {
  gamma: number;
  dy: number;
  std: number;
  xhat: number;
  /** Means over the row of gamma dy, gamma dy x̂, dy and dy x̂. */
  meanG: number;
  alongXhat: number;
  meanDy: number;
  dyAlongXhat: number;
}

/** dx by another formula. */
const dxBy =
  (formula: (terms: Terms) => number): Mutant =>
  (gradients, { x, gamma }, dy) => {
    const rowMean = (i: number) => mean(FEATURES, (j) => x.get(i, j));
    const std = (i: number) => Math.sqrt(mean(FEATURES, (j) => (x.get(i, j) - rowMean(i)) ** 2) + 1e-5);
    const xhat = (i: number, j: number) => (x.get(i, j) - rowMean(i)) / std(i);
    const dx = matrix((i, j) =>
      formula({
        gamma: gamma.get(j),
        dy: dy.get(i, j),
        std: std(i),
        xhat: xhat(i, j),
        meanG: mean(FEATURES, (k) => gamma.get(k) * dy.get(i, k)),
        alongXhat: mean(FEATURES, (k) => gamma.get(k) * dy.get(i, k) * xhat(i, k)),
        meanDy: mean(FEATURES, (k) => dy.get(i, k)),
        dyAlongXhat: mean(FEATURES, (k) => dy.get(i, k) * xhat(i, k)),
      }),
    );
    return { ...gradients, x: dx };
  };

const scaled =
  (name: keyof Inputs, factor: number): Mutant =>
  (gradients) => {
    const { data, shape } = gradients[name];
    return {
      ...gradients,
      [name]: ndarray(
        data.map((value) => factor * value),
        [...shape],
      ),
    };
  };

const whole = dxBy(({ gamma, dy, std, xhat, meanG, alongXhat }) => (gamma * dy - meanG - xhat * alongXhat) / std);

const mutants: Record<string, Mutant> = {
  'the wrong sign of dx': scaled('x', -1),
  'the mean of gamma dy dropped': dxBy(({ gamma, dy, std, xhat, alongXhat }) => (gamma * dy - xhat * alongXhat) / std),
  'the part along xhat dropped': dxBy(({ gamma, dy, std, meanG }) => (gamma * dy - meanG) / std),
  'the statistics taken for constants': dxBy(({ gamma, dy, std }) => (gamma * dy) / std),
  'the wrong sign of the part along xhat': dxBy(
    ({ gamma, dy, std, xhat, meanG, alongXhat }) => (gamma * dy - meanG + xhat * alongXhat) / std,
  ),
  'sums in place of means': dxBy(
    ({ gamma, dy, std, xhat, meanG, alongXhat }) => (gamma * dy - FEATURES * (meanG + xhat * alongXhat)) / std,
  ),
  'the variance taken for the unbiased one': dxBy(
    ({ gamma, dy, std, xhat, meanG, alongXhat }) =>
      (gamma * dy - meanG - (FEATURES / (FEATURES - 1)) * xhat * alongXhat) / std,
  ),
  'gamma after the means, as in batch normalisation': dxBy(
    ({ gamma, dy, std, xhat, meanDy, dyAlongXhat }) => (gamma * (dy - meanDy - xhat * dyAlongXhat)) / std,
  ),
  'gamma left out': dxBy(({ dy, std, xhat, meanDy, dyAlongXhat }) => (dy - meanDy - xhat * dyAlongXhat) / std),
  'the division by the standard deviation left out': dxBy(
    ({ gamma, dy, xhat, meanG, alongXhat }) => gamma * dy - meanG - xhat * alongXhat,
  ),
  'the variance in place of the standard deviation': dxBy(
    ({ gamma, dy, std, xhat, meanG, alongXhat }) => (gamma * dy - meanG - xhat * alongXhat) / std ** 2,
  ),
  'dx off by one percent': scaled('x', 1.01),
  'the wrong sign of dgamma': scaled('gamma', -1),
  'dgamma left out': scaled('gamma', 0),
  'dgamma averaged over rows': scaled('gamma', 1 / ROWS),
  'x in place of xhat in dgamma': (gradients, { x }, dy) => ({
    ...gradients,
    gamma: vector((j) => ROWS * mean(ROWS, (i) => dy.get(i, j) * x.get(i, j))),
  }),
  'dbeta left out': scaled('beta', 0),
  'dbeta averaged over rows': scaled('beta', 1 / ROWS),
  'gamma in dbeta': (gradients, { gamma }) => ({
    ...gradients,
    beta: vector((j) => gradients.beta.get(j) * gamma.get(j)),
  }),
  'dgamma and dbeta swapped': ({ x, gamma, beta }) => ({ x, gamma: beta, beta: gamma }),
};

const subjects = [onNdArrays, ...implementations.map(([name, implementation]) => onTensors(name, implementation))];

describe.each(subjects)('$name', (subject: Subject) => {
  const check = (seed: number, mutant: Mutant) => {
    const inputs = randomInputs(new RandomState(seed), [ROWS, FEATURES]);
    const backward: Subject['backward'] = (inputs, dy) => mutant(subject.backward(inputs, dy), inputs, dy);
    return checkGradient(inputs, { ...subject, backward }).passed;
  };

  it('passes as it is', () => {
    for (const seed of SEEDS) expect(check(seed, (gradients) => gradients)).toBe(true);
  });

  it('passes with dx by the formula that the mutants change a part of', () => {
    for (const seed of SEEDS) expect(check(seed, whole)).toBe(true);
  });

  it.each(Object.entries(mutants))('fails with %s', (_name, mutant) => {
    for (const seed of SEEDS) expect(check(seed, mutant)).toBe(false);
  });
});
