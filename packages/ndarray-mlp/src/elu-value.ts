/** Where exp(x) - 1 is tabulated: from -BOUND, below which it rounds to -1, to 0 in steps of 1 / STEPS. */
const BOUND = 38;
const STEPS = 64;
const TABLE = /* @__PURE__ */ Float64Array.from({ length: BOUND * STEPS + 1 }, (_, k) => Math.expm1(-k / STEPS));

/**
 * exp(x) - 1 for x from -BOUND to 0, to 2 units in the last place: with a = -k / STEPS the nearest tabulated point and
 * x = a + r,
 *
 *     exp(x) - 1 = exp(a) - 1 + exp(a) (exp(r) - 1),    exp(r) - 1 = r + r^2/2! + ... + r^6/6!
 */
function expm1Below0(x: number): number {
  const k = (0.5 - STEPS * x) | 0;
  const r = x + k / STEPS;
  const expm1R = r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r / 720)))));
  const expm1A = TABLE[k]!;
  return expm1A + (1 + expm1A) * expm1R;
}

// The sign of a hidden unit is a coin toss, and a processor that guesses it wrong loses more time than the arithmetic
// takes. So the minimum of x and 0 is taken without asking: it is (x - |x|) / 2, but for infinities.

/** x for x > 0, exp(x) - 1 otherwise. */
export function eluValue(x: number): number {
  if (!(Math.abs(x) < BOUND)) return x > 0 ? x : Math.expm1(x);
  const below = 0.5 * (x - Math.abs(x));
  return x - below + expm1Below0(below);
}

/** The derivative of `eluValue` from its value y: 1 for y > 0, y + 1 otherwise. */
export function eluSlope(y: number): number {
  return y === Infinity ? 1 : 0.5 * (y - Math.abs(y)) + 1;
}
