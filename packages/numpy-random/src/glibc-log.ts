import { fma } from './fma.js';
import { INVERSES_AND_LOGS, LN2_HIGH, LN2_LOW, NEAR_ONE_POLYNOMIAL, SMALL_POLYNOMIAL } from './glibc-log-table.js';

const [A0, A1, A2, A3, A4] = SMALL_POLYNOMIAL;
const [B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, B10] = NEAR_ONE_POLYNOMIAL;

const word = new Float64Array(1);
const bits = new BigUint64Array(word.buffer);
const OFFSET = 0x3fe6000000000000n; // 0.6875
const TWO_TO_27 = 134217728;

/**
 * Returns the natural logarithm of a normal positive float64, to the bit as glibc (2.28 and later) computes it on
 * processors with fused multiply-add; `Math.log` of V8 has another last bit for 7 of 100 arguments, and this one for 8
 * of 10,000 another one than the exact logarithm, rounded.
 */
export function glibcLog(x: number): number {
  return x >= 0.9375 && x < 1.064697265625 ? logNearOne(x) : logByTable(x);
}

/** With x = 2^k z and z in [0.6875, 1.375): log(x) = k ln 2 + log(c) + log(1 + r) where r = z/c - 1. */
function logByTable(x: number): number {
  word[0] = x;
  const distance = BigInt.asIntN(64, bits[0] - OFFSET);
  const part = Number((distance >> 45n) & 127n);
  const exponent = distance >> 52n;
  bits[0] = bits[0] - (exponent << 52n);
  const z = word[0];
  const k = Number(exponent);

  const r = fma(z, INVERSES_AND_LOGS[2 * part], -1);
  const constant = k * LN2_HIGH + INVERSES_AND_LOGS[2 * part + 1]; // exact
  const high = constant + r;
  let low = fma(k, LN2_LOW, constant - high + r);
  const r2 = r * r;
  low = fma(r2, A0, low);
  const polynomial = fma(fma(r, A4, A3), r2, fma(r, A2, A1));
  return fma(r * r2, polynomial, low) + high;
}

/** With r = x - 1, whose square is computed to more digits than float64 has. */
function logNearOne(x: number): number {
  if (x === 1) return 0;
  const r = x - 1;
  const r2 = r * r;
  const r3 = r * r2;
  const first = fma(r2, B3, fma(r, B2, B1));
  const second = fma(r2, B6, fma(r, B5, B4));
  const third = fma(r3, B10, fma(r2, B9, fma(r, B8, B7)));
  const polynomial = fma(fma(third, r3, second), r3, first);

  const rHigh = fma(-TWO_TO_27, r, fma(r, TWO_TO_27, r));
  const rLow = r - rHigh;
  const squareHigh = rHigh * rHigh; // exact
  const high = fma(squareHigh, B0, r);
  const low = fma(B0 * rLow, r + rHigh, fma(squareHigh, B0, r - high));
  return fma(polynomial, r3, low) + high;
}
