import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/muon.json' with { type: 'json' };
import { type FixtureArray, failOnLeaks, fromFixture, maxNormError, randomValues } from '../../test/support/tensors.js';
import { Muon, type MuonOptions, orthogonalize, SGD } from '../index.js';

failOnLeaks();

const names = ['tall', 'wide', 'head', 'bias'] as const;
type Arrays = Record<(typeof names)[number], FixtureArray>;
const start = fixture.start as Arrays;
const gradients = fixture.gradients as Arrays[];

describe('the steps of Muon beside torch.optim.SGD in float64', () => {
  it.each(fixture.cases)('rate $rate, momentum $momentum, $steps steps', (row) => {
    const variables = tf.tidy(() => names.map((name) => tf.variable(fromFixture(start[name]), true, name)));
    const optimizer = new Muon({
      learningRate: row.rate,
      momentum: row.momentum,
      nesterov: row.nesterov,
      newtonSchulzSteps: row.steps,
      normalizeWeights: row.normalize,
      weightDecay: row.decay,
      groups: [
        { variables: [variables[2]!], orthogonal: false, learningRateScale: 0.1 },
        { maxRank: 1, learningRateScale: 0.1 },
      ],
    });
    (row.history as Arrays[]).forEach((expected, i) => {
      tf.tidy(() => {
        optimizer.applyGradients(Object.fromEntries(names.map((name) => [name, fromFixture(gradients[i]![name])])));
      });
      names.forEach((name, index) => {
        expect(maxNormError(variables[index]!, expected[name]), `${name} after step ${i + 1}`).toBeLessThan(1e-5);
      });
    });
    optimizer.dispose();
  });
});

/** Returns orthonormal columns, [rows][columns], by Gram and Schmidt. */
function orthonormal(rows: number, columns: number, seed: number): number[][] {
  const found: number[][] = [];
  for (let k = 0; found.length < columns; k++) {
    let column = Array.from(randomValues(seed + k, rows));
    for (const other of [...found, ...found]) {
      const along = column.reduce((sum, value, i) => sum + value * other[i]!, 0);
      column = column.map((value, i) => value - along * other[i]!);
    }
    const norm = Math.hypot(...column);
    if (norm > 0.1) found.push(column.map((value) => value / norm));
  }
  return found;
}

/** Computes U diag(values) Vᵀ. */
function compose(u: number[][], values: number[], v: number[][]): number[][] {
  return u[0]!.map((_, i) => {
    return v[0]!.map((_, j) => values.reduce((sum, value, k) => sum + value * u[k]![i]! * v[k]![j]!, 0));
  });
}

const quintic = (s: number) => 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;

describe('orthogonalize', () => {
  const sizes = fc.record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) });

  it('applies the polynomial to the singular values and keeps the singular vectors', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1e4), fc.integer({ min: 1, max: 5 }), ({ rows, columns }, seed, steps) => {
        const rank = Math.min(rows, columns);
        const [u, v] = [orthonormal(rows, rank, seed), orthonormal(columns, rank, seed + 500)];
        const values = Array.from(randomValues(seed + 900, rank), (value) => 0.05 + Math.abs(value));
        const norm = Math.hypot(...values);
        const expected = values.map((value) => {
          let s = value / norm;
          for (let step = 0; step < steps; step++) s = quintic(s);
          return s;
        });
        tf.tidy(() => {
          const actual = orthogonalize(tf.tensor2d(compose(u, values, v)), steps);
          expect(maxNormError(actual, compose(u, expected, v).flat())).toBeLessThan(2e-5);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('brings singular values that are not far apart near 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 }), (values) => {
        const n = values.length;
        const [u, v] = [orthonormal(n + 3, n, 1), orthonormal(n, n, 2)];
        tf.tidy(() => {
          const q = orthogonalize(tf.tensor2d(compose(u, values, v)), 5);
          // Along each pair of singular vectors the value is the singular value.
          const along = tf.matMul(tf.matMul(tf.tensor2d(u), q), tf.tensor2d(v), false, true).arraySync() as number[][];
          along.forEach((row, k) => {
            expect(row[k]).toBeGreaterThan(0.6);
            expect(row[k]).toBeLessThan(1.3);
          });
        });
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on the size of the gradient, and keeps zeros', () => {
    tf.tidy(() => {
      const matrix = tf.tensor2d(randomValues(3, 12), [4, 3]);
      const large = orthogonalize(tf.mul(matrix, 1e4));
      expect(maxNormError(large, orthogonalize(matrix).dataSync())).toBeLessThan(1e-5);
      expect([...orthogonalize(tf.zeros([2, 3])).dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });

  it('refuses other ranks and counts', () => {
    tf.tidy(() => {
      expect(() => orthogonalize(tf.zeros([2]) as never)).toThrow('the matrix has shape [2], but [rows, columns]');
      expect(() => orthogonalize(tf.zeros([2, 2]), 0)).toThrow('steps must be a whole number of 1 or more; got 0');
    });
  });
});

describe('Muon', () => {
  it('keeps the norm of normalised weights and moves them by the learning rate', () => {
    const w = tf.tidy(() => tf.variable(tf.tensor(randomValues(1, 24), [2, 2, 3, 2]), true, 'w'));
    const optimizer = new Muon({ learningRate: 0 });
    tf.tidy(() => optimizer.applyGradients({ w: tf.tensor(randomValues(2, 24), [2, 2, 3, 2]) }));
    expect(tf.tidy(() => tf.norm(w).dataSync()[0])).toBeCloseTo(Math.SQRT2, 5);
    const before = w.dataSync().slice();
    optimizer.learningRate = 0.1;
    const gradient = randomValues(3, 24);
    tf.tidy(() => optimizer.applyGradients({ w: tf.tensor(gradient, [2, 2, 3, 2]) }));
    const moved = w.dataSync().map((value, i) => value - before[i]!);
    // Two singular values of about 1.
    expect(Math.hypot(...moved)).toBeGreaterThan(0.1 * Math.SQRT2 * 0.6);
    expect(Math.hypot(...moved)).toBeLessThan(0.1 * Math.SQRT2 * 1.3);
    optimizer.dispose();
  });

  it('clips gradients by their norm first, which changes the momentum alone', () => {
    const step = (options: Partial<MuonOptions>) => {
      const w = tf.tidy(() => tf.variable(tf.tensor(randomValues(1, 6), [3, 2]), true, 'w'));
      const optimizer = new Muon({ learningRate: 0.1, ...options });
      for (const scale of [1, 40]) {
        tf.tidy(() => optimizer.applyGradients({ w: tf.tensor(randomValues(scale, 6, { scale }), [3, 2]) }));
      }
      const values = [...w.dataSync()];
      w.dispose();
      optimizer.dispose();
      return values;
    };
    expect(maxNormError(step({ clipNorm: 1e6 }), step({}))).toBeLessThan(1e-6);
    expect(maxNormError(step({ clipNorm: 1 }), step({}))).toBeGreaterThan(1e-3);
  });

  it('updates vectors, and matrices that are not to be orthogonal, as SGD does', () => {
    const run = (make: () => tf.Optimizer) => {
      const variables = tf.tidy(() => [
        tf.variable(tf.tensor(randomValues(1, 6), [3, 2]), true, 'w'),
        tf.variable(tf.tensor(randomValues(2, 2)), true, 'b'),
      ]);
      const optimizer = make();
      for (let step = 0; step < 3; step++) {
        tf.tidy(() => {
          const [w, b] = [tf.tensor(randomValues(step + 5, 6), [3, 2]), tf.tensor(randomValues(step + 9, 2))];
          optimizer.applyGradients({ w, b });
        });
      }
      const values = variables.flatMap((variable) => [...variable.dataSync()]);
      tf.dispose(variables);
      optimizer.dispose();
      return values;
    };
    const options = { learningRate: 0.1, momentum: 0.5, nesterov: true, weightDecay: 0.2 };
    expect(run(() => new Muon({ ...options, orthogonal: false }))).toEqual(run(() => new SGD(options)));
  });

  it.each<[object, string]>([
    [{ momentum: 1 }, 'momentum must be'],
    [{ momentum: 0 }, 'nesterov needs a momentum above 0'],
    [{ newtonSchulzSteps: 0 }, 'newtonSchulzSteps must be a whole number of 1 or more; got 0'],
    [{ orthogonal: 1 }, 'orthogonal must be true or false; got 1'],
    [{ normalizeWeights: 'yes' }, 'normalizeWeights must be true or false; got "yes"'],
    [{ dampening: 0 }, 'unknown option "dampening"'],
    [{ groups: [{ maxRank: 1, learningRateScale: -1 }] }, 'groups[0].learningRateScale must be'],
    [{ groups: [{ maxRank: 1, learningRateScale: () => Number.NaN }] }, 'learningRateScale(1) must be'],
  ])('%o is an error', (options, message) => {
    expect(() => new Muon({ learningRate: 0.1, ...options } as MuonOptions)).toThrow(message);
  });
});

describe('a learning rate scale that is a function of the step', () => {
  const make = () =>
    new SGD({ learningRate: 1, groups: [{ maxRank: 1, learningRateScale: (step) => (step < 3 ? 1 / step : 0) }] });

  it('has the number of the step, also where a state is loaded', async () => {
    const b = tf.tidy(() => tf.variable(tf.zeros([1]), true, 'b'));
    const step = (optimizer: SGD) => tf.tidy(() => optimizer.applyGradients({ b: tf.ones([1]) }));
    const first = make();
    step(first);
    expect(b.dataSync()[0]).toBe(-1);
    const state = await first.stateDict();
    first.dispose();
    const second = make();
    second.loadStateDict(state);
    step(second);
    expect(b.dataSync()[0]).toBe(-1.5);
    step(second);
    expect(b.dataSync()[0]).toBe(-1.5);
    expect(() => second.getConfig()).toThrow('groups[0].learningRateScale is a function, which cannot be saved');
    second.dispose();
  });
});
