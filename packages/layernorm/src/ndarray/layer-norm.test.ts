import { formatGradcheckReport, maxNormError } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import {
  cast,
  castInputs,
  errorWithFloor,
  fromValues,
  normals,
  randomInputs,
  values,
} from '../../test/support/arrays.js';
import { checkGradient, onNdArrays } from '../../test/support/check-gradient.js';
import { golden } from '../../test/support/golden.js';
import { type LayerNormGradients, layerNormBackward, layerNormForward } from './index.js';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const leadingAxes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });

describe.each([
  ['float64', 2e-12],
  ['float32', 2e-7],
] as const)('golden values, in %s', (dtype, tolerance) => {
  it.each(golden)('$title', ({ inputs, dy, epsilon, expected }) => {
    const { x, gamma, beta } = castInputs(inputs, dtype);
    const { y, cache } = layerNormForward(x, gamma, beta, { epsilon });
    const actual = { y, ...layerNormBackward(cast(dy, dtype), cache) };
    for (const key of ['y', 'dx', 'dgamma', 'dbeta'] as const) {
      expect(actual[key].dtype).toBe(dtype);
      expect(maxNormError(actual[key] as NdArray, expected[key] as NdArray), key).toBeLessThan(tolerance);
    }
  });
});

it('an example by hand', () => {
  // Rows of mean 2 and 0, and of biased variance 1 and 4.
  const x = fromValues([1, 3, -2, 2], [2, 2]);
  const { y, cache } = layerNormForward(x, fromValues([2, 3], [2]), fromValues([10, 20], [2]), { epsilon: 0 });
  expect([...y.data]).toEqual([8, 23, 8, 23]);
  expect([...cache.inverseStd.data]).toEqual([1, 0.5]);
  const { dgamma, dbeta } = layerNormBackward(fromValues([1, 2, 3, 5], [2, 2]), cache);
  expect([...dgamma.data]).toEqual([-4, 7]);
  expect([...dbeta.data]).toEqual([4, 7]);
});

describe.each([10, 1e4])('gradients at a mean of %d', (mean) => {
  // At 1e4 the rounding errors of the differences are 1000 times those at 10.
  const tolerances = mean === 10 ? {} : { eps: 1e-4, atol: 1e-6, rtol: 1e-5 };

  it('are the numerical ones, on random shapes', () => {
    fc.assert(
      fc.property(leadingAxes, fc.integer({ min: 3, max: 6 }), seeds, (leading, features, seed) => {
        const inputs = randomInputs(new RandomState(seed), [...leading, features], mean);
        const projections = leading.length > 1 ? 2 : undefined;
        const report = checkGradient(inputs, onNdArrays, { ...tolerances, projections });
        if (!report.passed) throw new Error(formatGradcheckReport(report));
      }),
      { numRuns: 40 },
    );
  });

  it('are the same in float32, to rounding', () => {
    fc.assert(
      fc.property(leadingAxes, fc.integer({ min: 3, max: 32 }), seeds, (leading, features, seed) => {
        const rng = new RandomState(seed);
        const inputs = randomInputs(rng, [...leading, features], mean);
        const dy = normals(rng, [...leading, features]);
        const [double, single] = (['float64', 'float32'] as const).map((dtype) => {
          const { x, gamma, beta } = castInputs(inputs, dtype);
          const { y, cache } = layerNormForward(x, gamma, beta);
          return { y, ...layerNormBackward(cast(dy, dtype), cache) };
        });
        for (const key of ['y', 'dx', 'dgamma', 'dbeta'] as const) {
          expect(errorWithFloor(single![key], double![key]), key).toBeLessThan(2e-6);
        }
      }),
      { numRuns: 50 },
    );
  });
});

it('the numerical gradients of one and two features, which nearly vanish', () => {
  for (const features of [1, 2]) {
    const report = checkGradient(randomInputs(new RandomState(7), [3, features]), onNdArrays);
    expect(report.passed, formatGradcheckReport(report)).toBe(true);
  }
});

it('reads any strides, and writes to none of its inputs', () => {
  const rng = new RandomState(5);
  const plain = randomInputs(rng, [2, 3, 4]);
  const dy = normals(rng, [2, 3, 4]);
  const compute = (x: NdArray, gamma: NdArray, beta: NdArray, dy: NdArray): LayerNormGradients & { y: NdArray } => {
    const { y, cache } = layerNormForward(x, gamma, beta);
    return { y, ...layerNormBackward(dy, cache) };
  };
  const expected = compute(plain.x, plain.gamma, plain.beta, dy);
  /** Returns the same elements, with axes in the reverse order in memory, every second one, and from behind. */
  const scatter = (x: NdArray): NdArray => {
    const memory = ndarray(new Float64Array(2 * x.size).fill(Number.NaN), [...x.shape].reverse().concat(2));
    const axes = x.shape.map((_, axis) => x.dimension - 1 - axis);
    const view = memory
      .pick(...x.shape.map(() => null), 1)
      .transpose(...axes)
      .step(...x.shape.map((_, axis) => (axis === x.dimension - 1 ? -1 : 1)));
    for (const [i, value] of values(x).entries()) {
      const position = x.shape.map((n, axis) => Math.floor(i / x.shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % n);
      view.set(...position, value);
    }
    return view;
  };
  const views = [plain.x, plain.gamma, plain.beta, dy].map((x) => scatter(x)) as [NdArray, NdArray, NdArray, NdArray];
  const before = views.map((view) => values(view));
  const actual = compute(...views);
  for (const key of ['y', 'dx', 'dgamma', 'dbeta'] as const) {
    expect(maxNormError(actual[key] as NdArray, expected[key] as NdArray)).toBeLessThan(1e-14);
  }
  expect(views.map((view) => values(view))).toEqual(before);
});

it('gives zeros for rows of equal values, and takes no rows at all', () => {
  const [ones, zeros] = [fromValues([1, 1, 1], [3]), fromValues([0, 0, 0], [3])];
  expect([...layerNormForward(fromValues([7, 7, 7], [1, 3]), ones, zeros).y.data]).toEqual([0, 0, 0]);
  const { y, cache } = layerNormForward(fromValues([], [0, 3]), ones, zeros);
  expect(y.shape).toEqual([0, 3]);
  expect([...layerNormBackward(fromValues([], [0, 3]), cache).dbeta.data]).toEqual([0, 0, 0]);
});

it('a cache serves more than one backward pass', () => {
  const rng = new RandomState(9);
  const { x, gamma, beta } = randomInputs(rng, [3, 4]);
  const { cache } = layerNormForward(x, gamma, beta);
  const dy = normals(rng, [3, 4]);
  expect(layerNormBackward(dy, cache)).toEqual(layerNormBackward(dy, cache));
});

describe('errors', () => {
  const zeros = (...shape: number[]) => fromValues(new Float64Array(shape.reduce((a, b) => a * b, 1)), shape);

  it.each([
    [
      () => layerNormForward(zeros(), zeros(3), zeros(3)),
      'layerNormForward: x has shape [], but [..., features] with 1',
    ],
    [() => layerNormForward(zeros(2, 0), zeros(0), zeros(0)), 'layerNormForward: x has shape [2, 0]'],
    [
      () => layerNormForward(zeros(2, 3), zeros(1, 3), zeros(3)),
      'gamma has shape [1, 3], but x of shape [2, 3] needs [3]',
    ],
    [() => layerNormForward(zeros(2, 3), zeros(3), zeros(2)), 'beta has shape [2], but x of shape [2, 3] needs [3]'],
    [
      () => layerNormForward(zeros(3), zeros(3), zeros(3), { epsilon: -1 }),
      'layerNormForward: epsilon must be a finite number of 0 or more; got -1.',
    ],
    [() => layerNormForward(zeros(3), zeros(3), zeros(3), { eps: 1 } as object), 'unknown option "eps"'],
    [
      () => layerNormForward(ndarray(new Int32Array(3), [3]) as NdArray, zeros(3), zeros(3)),
      'layerNormForward: x has dtype int32, but float32 or float64 is needed; convert it to that first.',
    ],
    [
      () => layerNormForward(cast(zeros(3), 'float32'), zeros(3), zeros(3)),
      'layerNormForward: gamma has dtype float64, but float32 is needed',
    ],
    [
      () => layerNormBackward(zeros(2, 3), layerNormForward(zeros(3), zeros(3), zeros(3)).cache),
      'layerNormBackward: dy has shape [2, 3], but the forward pass gave y of [3]; pass the gradient of that output.',
    ],
    [
      () => layerNormBackward(cast(zeros(3), 'float32'), layerNormForward(zeros(3), zeros(3), zeros(3)).cache),
      'layerNormBackward: dy has dtype float32, but float64 is needed',
    ],
  ])('%#', (f, message) => {
    expect(f).toThrow(message);
  });
});
