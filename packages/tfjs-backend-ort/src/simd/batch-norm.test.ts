import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot, randomValues, relativeError, Sandbox, type Tensor } from '../../test/simd/sandbox.js';
import { type BatchNormSettings, batchNormFloats } from './batch-norm-kernels.js';

const sandbox = new Sandbox(160);
const { batchNorm } = sandbox.kernels;

const channelMeans = (values: ArrayLike<number>, channels: number, term: (value: number, i: number) => number) => {
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) sums[i % channels]! += term(values[i]!, i);
  return sums.map((sum) => sum / (values.length / channels));
};

/** Computes the definition and its derivative, in float64; the mask is that of the given y. */
function reference(x: Float32Array, gamma: Float32Array, beta: Float32Array, settings: BatchNormSettings) {
  const { channels, epsilon, activation } = settings;
  const at = (row: ArrayLike<number>, i: number) => row[i % channels]!;
  const mean = channelMeans(x, channels, (value) => value);
  const variance = channelMeans(x, channels, (value, i) => (value - at(mean, i)) ** 2);
  const r = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const normalized = Float64Array.from(x, (value, i) => (value - at(mean, i)) * at(r, i));
  const linear = normalized.map((value, i) => value * at(gamma, i) + at(beta, i));
  const y = activation === 'relu' ? linear.map((value) => Math.max(value, 0)) : linear;
  const gradient = (dy: Float32Array, mask: Float32Array) => {
    const g = Float64Array.from(dy, (value, i) => (activation === 'relu' && !(mask[i]! > 0) ? 0 : value));
    const meanG = channelMeans(g, channels, (value) => value);
    const meanProduct = channelMeans(g, channels, (value, i) => value * normalized[i]!);
    const dx = g.map((v, i) => at(gamma, i) * at(r, i) * (v - at(meanG, i) - normalized[i]! * at(meanProduct, i)));
    const { rows } = settings;
    return { dx, dgamma: meanProduct.map((value) => value * rows), dbeta: meanG.map((value) => value * rows) };
  };
  return { y, mean, variance, gradient };
}

function run(x: Tensor, gamma: Tensor, beta: Tensor, dy: Tensor, settings: BatchNormSettings) {
  const { rows, channels } = settings;
  const outputs = {
    ...{ y: sandbox.tensor(rows * channels), dx: sandbox.tensor(rows * channels) },
    ...{ mean: sandbox.tensor(channels), variance: sandbox.tensor(channels) },
    ...{ dgamma: sandbox.tensor(channels), dbeta: sandbox.tensor(channels) },
    partial: sandbox.tensor(batchNormFloats(rows, channels)),
  };
  const tensors = { x, gamma, beta, dy, ...outputs };
  const addresses = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.address]));
  batchNorm.forward(addresses as Parameters<typeof batchNorm.forward>[0], settings);
  batchNorm.gradient(addresses as Parameters<typeof batchNorm.gradient>[0], settings);
  sandbox.expectGuardsIntact();
  return outputs;
}

/** Runs both passes on random values and compares all six results with the definition. */
function check(settings: BatchNormSettings, seed: number, shift = 0) {
  sandbox.reset();
  const { rows, channels } = settings;
  const size = rows * channels;
  const x = sandbox.tensor(randomValues(size, seed).map((value) => value + shift));
  const gamma = sandbox.tensor(randomValues(channels, seed + 1));
  const beta = sandbox.tensor(randomValues(channels, seed + 2));
  const dy = sandbox.tensor(randomValues(size, seed + 3));
  const actual = run(x, gamma, beta, dy, settings);
  const expected = reference(x.values, gamma.values, beta.values, settings);
  const gradients = expected.gradient(dy.values, actual.y.values);
  return { actual, expected: { ...expected, ...gradients } };
}

const activation = fc.constantFrom<'linear' | 'relu'>('linear', 'relu');

describe('forward and gradient', () => {
  it('are what their definition says, for any number of rows and channels', () => {
    const rows = fc.oneof(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 250, max: 520 }));
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 21 }),
        activation,
        fc.integer(),
        (rows, channels, activation, seed) => {
          const { actual, expected } = check({ rows, channels, epsilon: 1e-2, activation }, seed);
          for (const name of ['y', 'mean', 'variance', 'dx', 'dgamma', 'dbeta'] as const) {
            // Sums that cancel are judged by the size of their terms.
            const scale = name === 'dgamma' || name === 'dbeta' ? Math.sqrt(rows) : 1;
            const [a, b] = [actual[name].values, expected[name]];
            expect(relativeError([...a, scale], [...b, scale]), name).toBeLessThan(3e-6);
          }
        },
      ),
    );
  });

  it.each([
    { rows: 40, channels: 513 },
    { rows: 131, channels: 1030 },
  ])('take more channels than are worked on at a time: $rows x $channels', ({ rows, channels }) => {
    const { actual, expected } = check({ rows, channels, epsilon: 1e-5, activation: 'relu' }, 7);
    for (const name of ['y', 'mean', 'variance', 'dx', 'dgamma', 'dbeta'] as const) {
      expect(relativeError(actual[name].values, expected[name]), name).toBeLessThan(3e-6);
    }
  });

  it('lose no digits over a million rows', () => {
    const { actual, expected } = check({ rows: 1e6, channels: 1, epsilon: 1e-5, activation: 'linear' }, 1, 3);
    expect(relativeError(actual.mean.values, expected.mean)).toBeLessThan(1e-7);
    expect(relativeError(actual.variance.values, expected.variance)).toBeLessThan(1e-6);
    for (const name of ['dgamma', 'dbeta'] as const) {
      // Their terms are of size 1 and partly cancel: the sums are near 1e3.
      expect(relativeError(actual[name].values, expected[name]), name).toBeLessThan(2e-5);
    }
  });

  it('keep the digits of the variance where rows far away begin or end', () => {
    for (const far of [0, 2900]) {
      sandbox.reset();
      const settings = { rows: 3000, channels: 3, epsilon: 1e-5, activation: 'linear' } as const;
      const values = randomValues(9000, 5).map((value, i) =>
        i >= 3 * far && i < 3 * (far + 100) ? value + 1e4 : value,
      );
      const [x, gamma, beta] = [values, [1, 1, 1], [0, 0, 0]].map((array) => sandbox.tensor(array));
      const { mean, variance } = run(x!, gamma!, beta!, x!, settings);
      const expected = reference(values, gamma!.values, beta!.values, settings);
      expect(relativeError(mean.values, expected.mean)).toBeLessThan(1e-6);
      expect(relativeError(variance.values, expected.variance)).toBeLessThan(1e-6);
    }
  });

  it('centre before they square: a mean of 1e4 costs the variance few digits', () => {
    const { actual, expected } = check({ rows: 3000, channels: 8, epsilon: 1e-5, activation: 'linear' }, 1, 1e4);
    expect(relativeError(actual.mean.values, expected.mean)).toBeLessThan(1e-7);
    expect(relativeError(actual.variance.values, expected.variance)).toBeLessThan(1e-6);
  });
});

it('the gradient is orthogonal to shifts and, without epsilon, to scalings of x', () => {
  const settings = { rows: 300, channels: 1, epsilon: 0, activation: 'linear' } as const;
  const { actual } = check(settings, 3);
  const norm = Math.sqrt(dot(actual.dx.values, actual.dx.values) * settings.rows);
  expect(Math.abs(actual.dx.values.reduce((sum, value) => sum + value, 0)) / norm).toBeLessThan(1e-6);
  expect(Math.abs(dot(actual.dx.values, actual.y.values)) / norm).toBeLessThan(1e-6);
});

it('NaN stays NaN in its channel, through the ReLU too', () => {
  sandbox.reset();
  const x = sandbox.tensor([1, 2, Number.NaN, 4, 5, 7]);
  const ones = sandbox.tensor([1, 1]);
  const { y } = run(x, ones, ones, x, { rows: 3, channels: 2, epsilon: 1e-5, activation: 'relu' });
  expect(Array.from(y.values, Number.isNaN)).toEqual([true, false, true, false, true, false]);
});
