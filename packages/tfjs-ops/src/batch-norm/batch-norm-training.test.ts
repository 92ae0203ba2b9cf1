import { gradcheck } from '@cifarlab/gradcheck';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/batch-norm.json' with { type: 'json' };
import { batchNormReference, type Float64BatchNorm } from '../../test/support/batch-norm-reference.js';
import { type FixtureArray, failOnLeaks, fromFixture, maxNormError, randomValues } from '../../test/support/tensors.js';
import { type BatchNormActivation, batchNormTraining } from '../index.js';

failOnLeaks();

/** Returns the outputs and the gradients of sum(y * dy). */
function run(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  dy: tf.Tensor,
  options: { epsilon?: number; activation?: BatchNormActivation } = {},
) {
  const outputs = batchNormTraining(x, gamma, beta, options);
  const [dx, dgamma, dbeta] = tf.grads((x, gamma, beta) => batchNormTraining(x, gamma!, beta!, options).y)(
    [x, gamma, beta],
    dy,
  ) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return { ...outputs, dx, dgamma, dbeta };
}

describe('against PyTorch in float64', () => {
  const cases = fixture.cases.map((row) => ({ ...row, shape: row.batches[0]!.x.shape }));
  it.each(cases)('$shape $activation epsilon $epsilon', ({ batches, gamma, beta, epsilon, activation }) => {
    for (const batch of batches) {
      tf.tidy(() => {
        const result = run(fromFixture(batch.x), fromFixture(gamma), fromFixture(beta), fromFixture(batch.dy), {
          epsilon,
          activation: activation as BatchNormActivation,
        });
        for (const name of ['y', 'mean', 'variance', 'dx', 'dgamma', 'dbeta'] as const) {
          const expected = batch[name] as FixtureArray;
          // A floor, since two values per channel at a mean of 10 leave gradients near 0 few digits.
          expect(maxNormError(result[name], expected, 1), name).toBeLessThan(5e-6);
          expect(result[name].shape).toEqual(expected.shape);
        }
      });
    }
  });
});

describe('the formula', () => {
  const check = (
    activation: BatchNormActivation,
    rows: number,
    channels: number,
    seed: number,
    mutate: (reference: Float64BatchNorm) => Float64BatchNorm = (reference) => reference,
  ) => {
    const inputs = {
      x: ndarray(Float64Array.from(randomValues(seed, rows * channels, { scale: 2, shift: 10 })), [rows * channels]),
      gamma: ndarray(Float64Array.from(randomValues(seed + 1, channels, { shift: 2 })), [channels]),
      beta: ndarray(Float64Array.from(randomValues(seed + 2, channels)), [channels]),
    };
    return gradcheck(({ x, gamma, beta }: Record<'x' | 'gamma' | 'beta', NdArray>) => {
      const reference = mutate(
        batchNormReference(x.data as Float64Array, gamma.data as Float64Array, beta.data as Float64Array, {
          activation,
        }),
      );
      return {
        output: ndarray(reference.y, [rows * channels]),
        backward: (dy: NdArray) => {
          const upstream = Float64Array.from({ length: rows * channels }, (_, i) => dy.get(i));
          const { dx, dgamma, dbeta } = reference.backward(upstream);
          return {
            x: ndarray(dx, [rows * channels]),
            gamma: ndarray(dgamma, [channels]),
            beta: ndarray(dbeta, [channels]),
          };
        },
      };
    }, inputs).passed;
  };

  it('has the numerical gradient, on random shapes in float64', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 1, max: 4 }), fc.nat(1e6), (rows, channels, seed) =>
        check('linear', rows, channels, seed),
      ),
      { numRuns: 30 },
    );
    expect(check('relu', 6, 3, 1)).toBe(true);
  });

  it.each([
    ['with an offset in dx', ({ dx, ...rest }: Gradients) => ({ ...rest, dx: dx.map((value) => value + 0.05) })],
    ['with a flipped dgamma', ({ dgamma, ...rest }: Gradients) => ({ ...rest, dgamma: dgamma.map((value) => -value) })],
    [
      'with a scaled dbeta',
      ({ dbeta, ...rest }: Gradients) => ({ ...rest, dbeta: dbeta.map((value) => value * 1.01) }),
    ],
  ])('fails the check %s', (_, mutate) => {
    const mutated = (reference: Float64BatchNorm) => ({
      ...reference,
      backward: (dy: ArrayLike<number>) => mutate(reference.backward(dy)),
    });
    expect(check('linear', 6, 3, 1, mutated)).toBe(false);
  });

  it.each(['linear', 'relu'] as const)('is what the op computes, on random shapes (%s)', (activation) => {
    const dimensions = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(dimensions, fc.integer({ min: 1, max: 5 }), fc.nat(1e6), (leading, channels, seed) => {
        const shape = [4, ...leading.slice(1), channels];
        const size = shape.reduce((a, b) => a * b);
        const x = randomValues(seed, size, { scale: 2, shift: 10 });
        const gamma = randomValues(seed + 1, channels, { shift: 2 });
        const beta = randomValues(seed + 2, channels);
        const reference = batchNormReference(x, gamma, beta, { activation });
        // The mask of a value next to 0 is up to rounding.
        fc.pre(reference.y.every((value) => value === 0 || Math.abs(value) > 1e-4));
        const dy = randomValues(seed + 3, size);
        const expected = { ...reference, ...reference.backward(dy) };
        tf.tidy(() => {
          const actual = run(tf.tensor(x, shape), tf.tensor(gamma), tf.tensor(beta), tf.tensor(dy, shape), {
            activation,
          });
          for (const name of ['y', 'mean', 'variance', 'dgamma', 'dbeta', 'dx'] as const) {
            expect(maxNormError(actual[name], expected[name], 1), name).toBeLessThan(2e-5);
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('centres before it squares: a mean of 1e4 costs few digits', () => {
    tf.tidy(() => {
      // Sixteenths are exact in float32 at 1e4, so that both inputs differ by their mean alone.
      const values = Float32Array.from({ length: 64 }, (_, i) => ((i * 7) % 64) / 16 - 2);
      const ones = tf.ones([1]);
      const zeros = tf.zeros([1]);
      const near = run(tf.tensor(values, [64, 1]), ones, zeros, tf.tensor(randomValues(1, 64), [64, 1]));
      const x = tf.tensor(
        values.map((value) => value + 1e4),
        [64, 1],
      );
      const far = run(x, ones, zeros, tf.tensor(randomValues(1, 64), [64, 1]));
      for (const name of ['y', 'variance', 'dx', 'dgamma'] as const) {
        expect(maxNormError(far[name], near[name].dataSync()), name).toBeLessThan(1e-3);
      }
    });
  });
});

type Gradients = ReturnType<Float64BatchNorm['backward']>;

describe('gradients', () => {
  const shape: [number, number] = [6, 3];
  const make = () => ({
    x: tf.tensor(randomValues(1, 18), shape),
    gamma: tf.tensor1d(randomValues(2, 3)),
    beta: tf.tensor1d(randomValues(3, 3)),
  });

  it('cost nothing where they are not needed', async () => {
    const { x, gamma, beta } = make();
    const kernels = async (f: () => tf.TensorContainer) => {
      const profile = await tf.profile(() => tf.tidy(() => void f()));
      return profile.kernels.filter(({ outputShapes }) => outputShapes.some((s) => s?.join() === shape.join())).length;
    };
    const all = await kernels(() =>
      tf.grads((x, gamma, beta) => batchNormTraining(x, gamma!, beta!).y)([x, gamma, beta]),
    );
    const parameters = await kernels(() =>
      tf.grads((gamma, beta) => batchNormTraining(x, gamma, beta!).y)([gamma, beta]),
    );
    expect(all - parameters).toBeGreaterThanOrEqual(4);
    tf.dispose([x, gamma, beta]);
  });

  it('leave no tensors behind', () => {
    const { x, gamma, beta } = make();
    const before = tf.memory().numTensors;
    for (const activation of ['linear', 'relu'] as const) {
      const outputs = batchNormTraining(x, gamma, beta, { activation });
      expect(tf.memory().numTensors).toBe(before + 3);
      tf.dispose({ ...outputs });
      const { value, grads } = tf.valueAndGrads((x, gamma, beta) =>
        tf.sum(batchNormTraining(x, gamma!, beta!, { activation }).y),
      )([x, gamma, beta]);
      expect(tf.memory().numTensors).toBe(before + 4);
      tf.dispose([value, ...grads]);
      expect(tf.memory().numTensors).toBe(before);
    }
    tf.dispose([x, gamma, beta]);
  });
});

describe('errors', () => {
  const attempt = (xShape: number[], options: object = {}, { gamma = [3], beta = [3], dtype = 'float32' } = {}) =>
    tf.tidy(() => {
      const x = tf.zeros(xShape, dtype as 'float32');
      return batchNormTraining(x, tf.ones(gamma), tf.zeros(beta), options);
    });

  it.each([
    [() => attempt([3]), 'x has shape [3], but [..., channels] with a rank of 2 or more is needed'],
    [() => attempt([1, 3]), 'x of shape [1, 3] has 1 value per channel, but a variance needs 2 or more'],
    [() => attempt([1, 1, 1, 3]), '1 value per channel'],
    [() => attempt([0, 3]), '0 values per channel'],
    [() => attempt([2, 3], {}, { gamma: [2] }), 'gamma has shape [2], but x of shape [2, 3] needs [3]'],
    [() => attempt([2, 3], {}, { beta: [1, 3] }), 'beta has shape [1, 3], but x of shape [2, 3] needs [3]'],
    [() => attempt([2, 3], {}, { dtype: 'int32' }), 'x has dtype int32, but float32 is needed'],
    [() => attempt([2, 3], { epsilon: -1 }), 'epsilon must be a finite number of 0 or more; got -1'],
    [() => attempt([2, 3], { activation: 'elu' }), 'activation must be one of linear, relu; got "elu"'],
    [() => attempt([2, 3], { eps: 1 }), 'unknown option "eps"; the options are epsilon, activation'],
  ])('%#', (f, message) => {
    expect(f).toThrow(message);
  });
});
