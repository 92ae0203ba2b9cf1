const SPLIT = 134217729; // 2^27 + 1
const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/**
 * Computes a * b + c, rounded once: the processor's fused multiply-add, which JavaScript does not offer.
 *
 * The product and the sums are split without error into a leading and a trailing part (Dekker 1971, Knuth 1969); the two
 * trailing parts are added with rounding to odd, so that the last addition rounds correctly (Boldo and Melquiond,
 * IEEE Trans. Computers 57(4), 2008). For finite arguments away from overflow and underflow.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const splitA = SPLIT * a;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = SPLIT * b;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  const productRest = highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;

  const trailing = c + productRest;
  const trailingRest = twoSumRest(c, productRest, trailing);
  const leading = product + trailing;
  const leadingRest = twoSumRest(product, trailing, leading);
  return leading + addToOdd(leadingRest, trailingRest);
}

/** Returns the part of `sum = a + b` that rounding lost. */
function twoSumRest(a: number, b: number, sum: number): number {
  const bAsAdded = sum - a;
  return a - (sum - bAsAdded) + (b - bAsAdded);
}

/** Computes a + b rounded to odd: when inexact, to that one of the two neighbours whose last bit is 1. */
function addToOdd(a: number, b: number): number {
  const sum = a + b;
  const rest = twoSumRest(a, b, sum);
  if (rest === 0) return sum;
  word[0] = sum;
  if ((halves[LOW] & 1) === 0) {
    if (rest > 0 === sum > 0) halves[LOW] += 1;
    else if (halves[LOW] > 0) halves[LOW] -= 1;
    else {
      halves[LOW] = 0xffffffff;
      halves[HIGH] -= 1;
    }
  }
  return word[0];
}
