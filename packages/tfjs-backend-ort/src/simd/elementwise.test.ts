import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomValues, relativeError, Sandbox } from '../../test/simd/sandbox.js';
import type { Activation } from './activation.js';
import { type ArithmeticOperation, type BinaryOperation, biasGradientFloats } from './elementwise-kernels.js';

const sandbox = new Sandbox(80);
const { elementwise } = sandbox.kernels;

const DEFINITIONS: Record<BinaryOperation, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  reluGradient: (a, b) => (b > 0 ? a : 0),
  relu6Gradient: (a, b) => (b > 0 && b <= 6 ? a : 0),
  eluGradient: (a, b) => a * Math.fround(Math.min(b, 0) + 1),
};
const ACTIVATIONS: Record<Activation, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
};
const operations = Object.keys(DEFINITIONS) as BinaryOperation[];
const arithmetic = operations.slice(0, 6) as ArithmeticOperation[];

const value = fc.oneof(
  { weight: 8, arbitrary: fc.float({ noNaN: true, min: -20, max: 20 }) },
  fc.constantFrom(0, 6, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const values = (length: number) => fc.array(value, { minLength: length, maxLength: length });
const flat = fc.integer({ min: 1, max: 23 }).chain((size) => fc.tuple(values(size), values(size)));
const rows = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 13 }))
  .chain(([m, n]) => fc.tuple(values(m * n), values(n)));

/** Expects the very numbers, rounded once; the sign of zero does not matter. */
function expectValues(actual: Float32Array, expected: number[]) {
  sandbox.expectGuardsIntact();
  expect(Array.from(actual, (x) => x + 0)).toEqual(expected.map((x) => Math.fround(x) + 0));
}

describe.each(operations)('%s', (operation) => {
  const define = DEFINITIONS[operation];

  it('of two arrays is the definition, rounded; in place too', () => {
    fc.assert(
      fc.property(flat, fc.boolean(), ([left, right], inPlace) => {
        sandbox.reset();
        const [a, b] = [sandbox.tensor(left), sandbox.tensor(right)];
        const out = inPlace ? a : sandbox.tensor(left.length);
        elementwise.binary(operation, a.address, b.address, out.address, left.length);
        expectValues(
          out.values,
          left.map((x, i) => define(x, right[i]!)),
        );
      }),
    );
  });

  it('of a matrix and a row is the definition, rounded; in place too', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), ([left, right], inPlace) => {
        sandbox.reset();
        const [a, row] = [sandbox.tensor(left), sandbox.tensor(right)];
        const out = inPlace ? a : sandbox.tensor(left.length);
        const channels = right.length;
        elementwise.binaryRow(operation, a.address, row.address, out.address, left.length / channels, channels);
        expectValues(
          out.values,
          left.map((x, i) => define(x, right[i % channels]!)),
        );
      }),
    );
  });
});

it.each(arithmetic)('%s of an array and a number is the definition, either way round', (operation) => {
  const define = DEFINITIONS[operation];
  fc.assert(
    fc.property(flat, ([left, [number]]) => {
      sandbox.reset();
      const a = sandbox.tensor(left);
      const [out, swapped] = [sandbox.tensor(left.length), sandbox.tensor(left.length)];
      elementwise.binaryScalar(operation, a.address, number!, out.address, left.length);
      elementwise.scalarBinary(operation, number!, a.address, swapped.address, left.length);
      expectValues(
        out.values,
        left.map((x) => define(x, number!)),
      );
      expectValues(
        swapped.values,
        left.map((x) => define(number!, x)),
      );
    }),
  );
});

it.each(['linear', 'relu', 'relu6'] as const)('%s, with and without a bias, is the definition', (activation) => {
  const define = ACTIVATIONS[activation];
  fc.assert(
    fc.property(rows, fc.boolean(), ([left, right], inPlace) => {
      sandbox.reset();
      const [x, bias] = [sandbox.tensor(left), sandbox.tensor(right)];
      const channels = right.length;
      if (activation !== 'linear') {
        const y = sandbox.tensor(left.length);
        elementwise.activation(activation, x.address, y.address, left.length);
        expectValues(y.values, left.map(define));
      }
      const y = inPlace ? x : sandbox.tensor(left.length);
      elementwise.biasActivation(activation, x.address, bias.address, y.address, left.length / channels, channels);
      expectValues(
        y.values,
        left.map((v, i) => define(v + right[i % channels]!)),
      );
    }),
  );
});

it.each(['relu', 'relu6'] as const)('the gradients behind %s and a bias are the definition', (activation) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 21 }),
      fc.integer(),
      (count, channels, seed) => {
        sandbox.reset();
        const dy = sandbox.tensor(randomValues(count * channels, seed));
        const y = sandbox.tensor(randomValues(count * channels, seed + 1).map((v) => Math.min(Math.max(8 * v, 0), 6)));
        // A masked value counts for nothing, whatever it is.
        dy.values[0] = Number.NaN;
        y.values[0] = seed % 2 === 0 && activation === 'relu6' ? 6 : 0;
        const [dx, dbias] = [sandbox.tensor(count * channels), sandbox.tensor(channels)];
        const partial = sandbox.tensor(biasGradientFloats(count, channels));
        const addresses = {
          dy: dy.address,
          y: y.address,
          dx: dx.address,
          dbias: dbias.address,
          partial: partial.address,
        };
        elementwise.activationGradient(activation, addresses, count, channels);
        sandbox.expectGuardsIntact();
        const passes = (value: number) => value > 0 && (activation === 'relu' || value < 6);
        const expected = dy.values.map((slope, i) => (passes(y.values[i]!) ? slope : 0));
        expect(dx.values).toEqual(expected);
        const sums = new Float64Array(channels);
        for (const [i, slope] of expected.entries()) sums[i % channels]! += slope;
        expect(relativeError([...dbias.values, 1], [...sums, 1])).toBeLessThan(2e-6);
      },
    ),
  );
});

it('the gradients of a matrix times a row are the definition', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 21 }),
      fc.integer(),
      (count, channels, seed) => {
        sandbox.reset();
        const [dy, x] = [
          sandbox.tensor(randomValues(count * channels, seed)),
          sandbox.tensor(randomValues(count * channels, seed + 1)),
        ];
        const row = sandbox.tensor(randomValues(channels, seed + 2));
        const [dx, drow] = [sandbox.tensor(count * channels), sandbox.tensor(channels)];
        const partial = sandbox.tensor(biasGradientFloats(count, channels));
        const addresses = { dy: dy.address, x: x.address, row: row.address, dx: dx.address, drow: drow.address };
        elementwise.rowProductGradient({ ...addresses, partial: partial.address }, count, channels);
        sandbox.expectGuardsIntact();
        expectValues(
          dx.values,
          Array.from(dy.values, (slope, i) => slope * row.values[i % channels]!),
        );
        const sums = new Float64Array(channels);
        for (const [i, slope] of dy.values.entries()) sums[i % channels]! += slope * x.values[i]!;
        expect(relativeError([...drow.values, 1], [...sums, 1])).toBeLessThan(2e-6);
      },
    ),
  );
});

it('the gradient of a bias over many rows is summed in parts, and loses no digits', () => {
  const [count, channels] = [50_000, 7];
  sandbox.reset();
  const dy = sandbox.tensor(randomValues(count * channels, 1).map((value) => value + 1));
  const [dbias, partial] = [sandbox.tensor(channels), sandbox.tensor(biasGradientFloats(count, channels))];
  expect(partial.values.length).toBeGreaterThan(channels);
  elementwise.biasGradient({ dy: dy.address, dbias: dbias.address, partial: partial.address }, count, channels);
  sandbox.expectGuardsIntact();
  const sums = new Float64Array(channels);
  for (const [i, slope] of dy.values.entries()) sums[i % channels]! += slope;
  expect(relativeError(dbias.values, sums)).toBeLessThan(2e-7);
});

it('nothing is read or written where the memory ends, if sizes are multiples of 4', () => {
  const end = sandbox.memory.buffer.byteLength;
  const last = new Float32Array(sandbox.memory.buffer, end - 16, 4).fill(-3);
  elementwise.binary('add', end - 16, end - 16, end - 16, 4);
  elementwise.binaryScalar('multiply', end - 16, 2, end - 16, 4);
  elementwise.scalarBinary('subtract', 1, end - 16, end - 16, 4);
  elementwise.biasActivation('relu6', end - 16, end - 16, end - 16, 1, 4);
  elementwise.activation('relu', end - 16, end - 16, 4);
  expect(Array.from(last)).toEqual([6, 6, 6, 6]);
});

describe('columnSums', () => {
  const sums = (values: Float32Array, channels: number) => {
    const result = new Float64Array(channels);
    for (const [i, value] of values.entries()) result[i % channels]! += value;
    return result;
  };
  const run = (count: number, channels: number, seed: number, shift: number) => {
    sandbox.reset();
    const x = sandbox.tensor(randomValues(count * channels, seed).map((value) => value + shift));
    const out = sandbox.tensor(channels);
    elementwise.columnSums(x.address, out.address, count, channels);
    sandbox.expectGuardsIntact();
    return relativeError(out.values, sums(x.values, channels));
  };

  it('are the sums, for any number of rows and channels', () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 250, max: 520 }));
    const channels = fc.oneof(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 510, max: 520 }));
    fc.assert(
      fc.property(count, channels, fc.integer(), (rows, width, seed) => {
        expect(run(rows, width, seed, 1)).toBeLessThan(1e-6);
      }),
      { numRuns: 50 },
    );
  });

  it('lose no digits over a million rows', () => {
    expect(run(1e6, 5, 1, 1)).toBeLessThan(1e-7);
  });
});
