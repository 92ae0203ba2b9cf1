import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eluSlope, eluValue } from './elu-value.js';

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
  expect([Infinity, -Infinity, 1e300, -1e300, -38, -37.999].map(eluValue)).toEqual([Infinity, -1, 1e300, -1, -1, -1]);
  expect(eluValue(0)).toBe(0);
  expect(eluValue(Number.NaN)).toBeNaN();
});

it('has the slope 1 above 0 and exp(x) below', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double({ min: -1, noNaN: true }), fc.constant(Infinity)), (y) => {
      expect(eluSlope(y)).toBe(y > 0 ? 1 : y + 1);
    }),
  );
  expect(eluSlope(Number.NaN)).toBeNaN();
});
