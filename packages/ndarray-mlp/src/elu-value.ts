/** Where exp(x) - 1 is tabulated: from -BOUND, below which it rounds to -1, to 0 in steps of 1 / STEPS. */
const BOUND = 38;
const STEPS = 64;
const TABLE = /* @__PURE__ */ Float64Array.from({ length: BOUND * STEPS + 1 }, (_, k) => Math.expm1(-k / STEPS));
const LAST = BOUND * STEPS;

/** The least x whose tabulated point has a number that surely fits an int32; below it exp(x) - 1 is -1 anyway. */
const FAR = -1e6;

/**
 * Computes exp(x) - 1 for x from FAR to 0, to 2 units in the last place: with a = -k / STEPS the nearest tabulated
 * point and x = a + r,
 *
 *     exp(x) - 1 = exp(a) - 1 + exp(a) (exp(r) - 1),    exp(r) - 1 = r + r^2/2! + ... + r^6/6!
 */
function expm1Below0(x: number): number {
  const k = (0.5 - STEPS * x) | 0;
  const r = x + k / STEPS;
  const r2 = r * r;
  const expm1R = r + r2 * (1 / 2 + r / 6 + r2 * (1 / 24 + r / 120 + r2 / 720));
  // The minimum of k and the last entry, whose exp(a) is 0 to all digits, without asking.
  const beyond = LAST - k;
  const expm1A = TABLE[k + (beyond & (beyond >> 31))]!;
  return expm1A + (expm1R + expm1A * expm1R);
}

/** Returns x for x > 0, exp(x) - 1 otherwise. */
export function eluValue(x: number): number {
  return x > 0 ? x : x < FAR ? -1 : expm1Below0(x);
}

/** Elements at a time: the positions of their negative ones stay in the processor's nearest cache. */
const BLOCK = 1024;
const negatives = /* @__PURE__ */ new Int32Array(BLOCK + 1);

/**
 * Computes y = `eluValue` of each element of x, which may be the same array.
 *
 * The sign of a hidden unit is a coin toss, and a processor that guesses it wrong loses more time than the arithmetic
 * takes. So the negative elements are found first, without a branch: each position is written at the end of the list,
 * which then grows by the element's sign bit.
 */
export function eluValues<A extends Float32Array | Float64Array>(y: A, x: A): void {
  if (y !== x) y.set(x);
  const words = x.BYTES_PER_ELEMENT / 4;
  const bits = new Int32Array(x.buffer, x.byteOffset, x.length * words);
  for (let start = 0; start < x.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, x.length);
    let count = 0;
    // The sign is in an element's last word: typed arrays are little-endian wherever this runs.
    for (let i = start, word = start * words + words - 1; i < end; i++, word += words) {
      negatives[count] = i;
      count += bits[word]! >>> 31;
    }
    for (let j = 0; j < count; j++) {
      const i = negatives[j]!;
      const value = y[i]!;
      y[i] = value < FAR ? -1 : expm1Below0(value);
    }
  }
}

/**
 * Returns the derivative of `eluValue` from its value y: 1 for y > 0, y + 1 otherwise, without a branch on the sign.
 */
export function eluSlope(y: number): number {
  return y === Infinity ? 1 : 0.5 * (y - Math.abs(y)) + 1;
}
