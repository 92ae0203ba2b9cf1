import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/optimizers.json' with { type: 'json' };
import { adamReference, type ReferenceState, sgdReference } from '../../test/support/optimizer-reference.js';
import { type FixtureArray, failOnLeaks, fromFixture, maxNormError, randomValues } from '../../test/support/tensors.js';
import { Adam, AdamW, clipGlobalNorm, SGD } from '../index.js';

failOnLeaks();

const classes = { Adam, AdamW, SGD };
const gradients = fixture.gradients as { weight: FixtureArray; bias?: FixtureArray }[];

interface Case {
  optimizer: keyof typeof classes;
  options: { learningRate: number; clipNorm?: number };
  learningRates?: number[];
  norms: number[];
  history: Record<'weight' | 'bias', FixtureArray>[];
}

describe("PyTorch's steps in float64", () => {
  const cases = (fixture.cases as Case[]).map((row) => ({
    ...row,
    title: `${row.optimizer} ${JSON.stringify(row.options)}${row.learningRates ? ' with a schedule' : ''}`,
  }));

  it.each(cases)('$title', ({ optimizer: name, options, learningRates, norms, history }) => {
    const optimizer = new classes[name](options);
    const variables = {
      weight: tf.tidy(() => tf.variable(fromFixture(fixture.start.weight), true, 'weight')),
      bias: tf.tidy(() => tf.variable(fromFixture(fixture.start.bias), true, 'bias')),
    };
    history.forEach((expected, i) => {
      if (learningRates !== undefined) optimizer.learningRate = learningRates[i]!;
      tf.tidy(() => {
        const named = Object.entries(gradients[i]!).map(([key, value]) => [key, fromFixture(value)]);
        const map = Object.fromEntries(named) as tf.NamedTensorMap;
        if (norms.length > 0) {
          const { norm } = clipGlobalNorm(map, options.clipNorm!);
          expect(norm.dataSync()[0]! / norms[i]!).toBeCloseTo(1, 6);
        }
        optimizer.applyGradients(map);
      });
      for (const key of ['weight', 'bias'] as const) {
        expect(maxNormError(variables[key], expected[key]), `${key} after step ${i + 1}`).toBeLessThan(2e-6);
      }
    });
    optimizer.dispose();
  });
});

describe('the formulas in float64, for random settings', () => {
  const common = {
    learningRate: fc.constantFrom(0.001, 0.1),
    weightDecay: fc.constantFrom(0, 0.2),
    seed: fc.nat(1e6),
    steps: fc.integer({ min: 1, max: 6 }),
  };
  const shape = [2, 3];

  const check = (
    optimizer: tf.Optimizer,
    reference: (state: ReferenceState, gradient: Float32Array) => ReferenceState,
    { seed, steps }: { seed: number; steps: number },
  ) => {
    const start = randomValues(seed, 6);
    const variable = tf.tidy(() => tf.variable(tf.tensor(start, shape)));
    let state: ReferenceState = { parameter: Float64Array.from(start), step: 0, slots: {} };
    for (let step = 0; step < steps; step++) {
      const gradient = randomValues(seed + step + 1, 6);
      tf.tidy(() => optimizer.applyGradients({ [variable.name]: tf.tensor(gradient, shape) }));
      state = reference(state, gradient);
    }
    expect(maxNormError(variable, state.parameter)).toBeLessThan(3e-6);
    variable.dispose();
    optimizer.dispose();
  };

  it('Adam and AdamW', () => {
    const betas = { beta1: fc.constantFrom(0, 0.9), beta2: fc.constantFrom(0.5, 0.999) };
    // Near a zero gradient m / √v takes any value between -1 and 1, whose digits are those of the gradient.
    const settings = fc.record({ ...common, ...betas, amsgrad: fc.boolean(), decoupled: fc.boolean() });
    fc.assert(
      fc.property(settings, ({ decoupled, seed, steps, ...options }) => {
        const all = { ...options, epsilon: 1e-3 };
        check(
          decoupled ? new AdamW(all) : new Adam(all),
          (state, gradient) => adamReference(state, gradient, { ...all, decoupled }),
          { seed, steps },
        );
      }),
      { numRuns: 60 },
    );
  });

  it('SGD', () => {
    const momenta = fc.constantFrom(
      { momentum: 0, dampening: 0, nesterov: false },
      { momentum: 0.9, dampening: 0.5, nesterov: false },
      { momentum: 0.9, dampening: 0, nesterov: true },
    );
    const settings = fc.record({ ...common, momenta, decoupled: fc.boolean() });
    fc.assert(
      fc.property(settings, ({ decoupled, seed, steps, momenta, ...rest }) => {
        const options = { ...rest, ...momenta };
        check(
          new SGD({ ...options, decoupledWeightDecay: decoupled }),
          (state, gradient) => sgdReference(state, gradient, { ...options, decoupled }),
          { seed, steps },
        );
      }),
      { numRuns: 60 },
    );
  });
});
