import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fma } from './fma.js';

/** Returns a float64 as an integer times 2^-1200, exactly. */
function toFixedPoint(x: number): bigint {
  let shift = 1200;
  while (!Number.isInteger(x)) {
    x *= 2;
    shift -= 1;
  }
  return BigInt(x) << BigInt(shift);
}

/** Returns the float64 nearest to `value` times 2^-2400, ties to even. */
function round(value: bigint): number {
  const sign = value < 0n ? -1 : 1;
  let magnitude = value < 0n ? -value : value;
  let exponent = -2400;
  const excess = magnitude.toString(2).length - 53;
  if (excess > 0) {
    const unit = 1n << BigInt(excess);
    const rest = magnitude & (unit - 1n);
    magnitude >>= BigInt(excess);
    if (rest * 2n > unit || (rest * 2n === unit && (magnitude & 1n) === 1n)) magnitude += 1n;
    exponent += excess;
  }
  return magnitude === 0n ? 0 : sign * Number(magnitude) * 2 ** exponent;
}

const exactly = (a: number, b: number, c: number) =>
  round(toFixedPoint(a) * toFixedPoint(b) + (toFixedPoint(c) << 1200n));

const number = fc
  .tuple(fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }), fc.integer({ min: -120, max: 0 }))
  .map(([mantissa, exponent]) => mantissa * 2 ** exponent);

it('rounds once', () => {
  fc.assert(
    fc.property(number, number, number, (a, b, c) => {
      expect(fma(a, b, c) + 0).toBe(exactly(a, b, c) + 0);
    }),
    { numRuns: 2000 },
  );
});

it('rounds once where product and addend almost cancel, and at ties', () => {
  const near = fc.integer({ min: 1, max: 2 ** 20 });
  fc.assert(
    fc.property(number, number, near, fc.integer({ min: -60, max: 60 }), fc.boolean(), (a, b, n, shift, negative) => {
      // The addend is the rounded product, the product shifted by about a mantissa, or half of its last place.
      const c = (negative ? -1 : 1) * a * b * (shift === 0 ? 1 : n * 2 ** shift);
      expect(fma(a, b, c) + 0).toBe(exactly(a, b, c) + 0);
      expect(fma(2 ** 53 - 1 - 2 * n, 2 ** shift, 2 ** (shift - 1)) + 0).toBe(
        exactly(2 ** 53 - 1 - 2 * n, 2 ** shift, 2 ** (shift - 1)) + 0,
      );
    }),
    { numRuns: 2000 },
  );
});

it('rounds up and down by the sign of a rest far below the last place', () => {
  const tie = 1 + 2 ** -52;
  expect(fma(tie, 2 ** -53, 1)).toBe(exactly(tie, 2 ** -53, 1));
  expect(fma(1 + 2 ** -30, 2 ** -53 - 2 ** -83, 1)).toBe(exactly(1 + 2 ** -30, 2 ** -53 - 2 ** -83, 1));
  expect(fma(-(1 - 2 ** -53), 2 ** -54, 1)).toBe(1);
  expect(fma(-tie, 2 ** -54, 1)).toBe(1 - 2 ** -53);
});
