import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eluSlope, eluValue, eluValues } from './elu-value.js';

const anyNumber = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.double({ min: -40, max: 40, noNaN: true }),
  fc.double(),
);

it('is x above 0 and exp(x) - 1 below, to the last digits', () => {
  fc.assert(
    fc.property(anyNumber, (x) => {
      const expected = x > 0 ? x : Math.expm1(x);
      const error = Math.abs(eluValue(x) - expected);
      if (Number.isNaN(x)) expect(eluValue(x)).toBeNaN();
      else if (error > 0) expect(error / Math.abs(expected)).toBeLessThan(2.5 * 2 ** -52);
    }),
    { numRuns: 5000 },
  );
});

it('keeps its digits between and at the points of the table', () => {
  for (let k = 0; k <= 38 * 64; k++) {
    for (const x of [-k / 64, -(k + 0.5) / 64, -(k + 0.4999) / 64]) {
      const expected = Math.expm1(x);
      expect(Math.abs(eluValue(x) - expected)).toBeLessThanOrEqual(2.5 * 2 ** -52 * Math.abs(expected));
    }
  }
});

it('has limits', () => {
  const far = [Infinity, -Infinity, 1e300, -1e300, -1e6, -1e6 - 1, -38, -37.999, -38.01, -39, -700];
  expect(far.map(eluValue)).toEqual(far.map((x) => (x > 0 ? x : -1)));
  expect(eluValue(0)).toBe(0);
  expect(eluValue(Number.NaN)).toBeNaN();
});

it.each([Float64Array, Float32Array])('gives the same for many in a %o, in place and not', (FloatArray) => {
  const sizes = fc.constantFrom(0, 1, 7, 1023, 1024, 1025, 2500);
  fc.assert(
    fc.property(sizes, fc.infiniteStream(anyNumber), (size, stream) => {
      const memory = new FloatArray(size + 2).map(() => stream.next().value as number);
      const x = memory.subarray(1, size + 1);
      const expected = x.map(eluValue);
      const y = new FloatArray(size).fill(7);
      eluValues(y, x);
      expect(y).toEqual(expected);
      const around = [memory[0], memory[size + 1]];
      eluValues(x, x);
      expect(x).toEqual(expected);
      expect([memory[0], memory[size + 1]]).toEqual(around);
    }),
    { numRuns: 50 },
  );
});

it('has the slope 1 above 0 and exp(x) below', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double({ min: -1, noNaN: true }), fc.constant(Infinity)), (y) => {
      expect(eluSlope(y)).toBe(y > 0 ? 1 : y + 1);
    }),
  );
  expect(eluSlope(Number.NaN)).toBeNaN();
});
