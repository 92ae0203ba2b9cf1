// The parts that the two tfjs implementations share: values, gradients and errors, against golden values and float64.
import { formatGradcheckReport, maxNormError } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { layerNormBackward, layerNormForward } from '../src/ndarray/index.js';
import { errorWithFloor, fromValues, normals, randomInputs } from './support/arrays.js';
import { checkGradient, onTensors } from './support/check-gradient.js';
import { golden } from './support/golden.js';
import { failOnLeaks, implementations, run } from './support/tensors.js';

failOnLeaks();

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const leadingAxes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 });

describe.each(implementations)('%s', (name, implementation) => {
  describe('against golden values in float64', () => {
    it.each(golden)('$title', ({ title, inputs, dy, epsilon, expected }) => {
      const actual = run(implementation, inputs, dy, { epsilon });
      // float32 cannot tell a mean of 1e4 from one that is 5e-4 greater, which is a shift of y by 3e-4 of its size.
      const tolerance = title.endsWith('1e4') ? 5e-4 : 2e-6;
      for (const key of ['y', 'dx', 'dgamma'] as const) {
        expect(maxNormError(actual[key] as NdArray, expected[key] as NdArray), key).toBeLessThan(tolerance);
      }
      expect(maxNormError(actual.dbeta as NdArray, expected.dbeta as NdArray), 'dbeta').toBeLessThan(1e-6);
    });
  });

  it.each([
    [10, 5e-6],
    [1e4, 2e-3],
  ])('agrees with float64 on random shapes at a mean of %d', (mean, tolerance) => {
    fc.assert(
      fc.property(leadingAxes, fc.integer({ min: 4, max: 32 }), seeds, (leading, features, seed) => {
        const rng = new RandomState(seed);
        const inputs = randomInputs(rng, [...leading, features], mean);
        const dy = normals(rng, [...leading, features]);
        const { y, cache } = layerNormForward(inputs.x, inputs.gamma, inputs.beta);
        const expected = { y, ...layerNormBackward(dy, cache) };
        const actual = run(implementation, inputs, dy);
        for (const key of ['y', 'dx', 'dgamma', 'dbeta'] as const) {
          expect(errorWithFloor(actual[key], expected[key]), key).toBeLessThan(tolerance);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has the numerical gradient on random shapes', () => {
    fc.assert(
      fc.property(leadingAxes, fc.integer({ min: 4, max: 8 }), seeds, (leading, features, seed) => {
        const inputs = randomInputs(new RandomState(seed), [...leading, features]);
        const report = checkGradient(inputs, onTensors(name, implementation), { projections: 2 });
        if (!report.passed) throw new Error(formatGradcheckReport(report));
      }),
      { numRuns: 20 },
    );
  });

  it('normalises one row, a single feature and rows of equal values', () => {
    tf.tidy(() => {
      const y = implementation(tf.tensor1d([1, 3]), tf.tensor1d([2, 3]), tf.tensor1d([10, 20]), { epsilon: 0 });
      expect([...y.dataSync()]).toEqual([8, 23]);
      const single = implementation(tf.tensor2d([[5], [7]]), tf.ones([1]), tf.tensor1d([4]));
      expect([...single.dataSync()]).toEqual([4, 4]);
      const equal = implementation(tf.fill([2, 3], 7), tf.ones([3]), tf.zeros([3]));
      expect([...equal.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });

  it('takes no rows at all', () => {
    const [inputs, dy] = [randomInputs(new RandomState(1), [0, 3]), fromValues([], [0, 3])];
    const { y, dx, dgamma, dbeta } = run(implementation, inputs, dy);
    expect([y.shape, dx.shape, [...dgamma.data], [...dbeta.data]]).toEqual([
      [0, 3],
      [0, 3],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('uses epsilon, 1e-5 by default', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([-1e-3, 1e-3]);
      const normalise = (options?: object) => implementation(x, tf.ones([2]), tf.zeros([2]), options).dataSync()[1];
      expect(normalise({ epsilon: 3e-6 })).toBeCloseTo(0.5, 6);
      expect(normalise()).toBeCloseTo(1e-3 / Math.sqrt(1.1e-5), 6);
      expect(normalise({ epsilon: undefined })).toBe(normalise({}));
    });
  });

  describe('errors', () => {
    const attempt = (xShape: number[], options: object = {}, { gamma = [3], beta = [3], dtype = 'float32' } = {}) =>
      tf.tidy(() => implementation(tf.zeros(xShape, dtype as 'float32'), tf.ones(gamma), tf.zeros(beta), options));

    it.each([
      [() => attempt([]), 'x has shape [], but [..., features] with 1 feature or more is needed'],
      [() => attempt([4, 0]), 'x has shape [4, 0], but [..., features] with 1 feature or more is needed'],
      [() => attempt([2, 3], {}, { gamma: [2] }), 'gamma has shape [2], but x of shape [2, 3] needs [3]'],
      [() => attempt([2, 3], {}, { gamma: [] }), 'gamma has shape [], but x of shape [2, 3] needs [3]'],
      [() => attempt([2, 3], {}, { beta: [1, 3] }), 'beta has shape [1, 3], but x of shape [2, 3] needs [3]'],
      [() => attempt([2, 3], {}, { dtype: 'int32' }), 'x has dtype int32, but float32 is needed; cast it first.'],
      [() => attempt([2, 3], { epsilon: -1 }), 'epsilon must be a finite number of 0 or more; got -1.'],
      [() => attempt([2, 3], { epsilon: Number.NaN }), 'epsilon must be a finite number of 0 or more; got NaN.'],
      [() => attempt([2, 3], { eps: 1 }), 'unknown option "eps"; the options are epsilon.'],
    ])('%#', (f, message) => {
      expect(f).toThrow(`${name}: ${message}`);
    });
  });
});
