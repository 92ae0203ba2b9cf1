import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomValues, Sandbox } from '../../test/simd/sandbox.js';
import type { SmoothActivation } from './smooth-activation-kernels.js';

const sandbox = new Sandbox();
const { smoothActivations } = sandbox.kernels;

/** Computes Φ(x) by Simpson's rule on erfcx, which has no cancellation, in float64. */
function normalDistribution(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const [steps, end] = [4000, 8];
  const f = (u: number) => Math.exp(-u * u - 2 * z * u);
  let sum = f(0) + f(end);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * f((i * end) / steps);
  const tail = (0.5 * Math.exp(-z * z) * 2 * sum * end) / (Math.sqrt(Math.PI) * 3 * steps);
  return x < 0 ? tail : 1 - tail;
}

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

const value: Record<SmoothActivation, (x: number) => number> = {
  silu: (x) => x * logistic(x),
  gelu: (x) => x * normalDistribution(x),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
};
const slope: Record<SmoothActivation, (x: number) => number> = {
  silu: (x) => logistic(x) * (1 + x * (1 - logistic(x))),
  gelu: (x) => normalDistribution(x) + x * density(x),
  elu: (x) => Math.exp(Math.min(x, 0)),
};

const size = fc.integer({ min: 1, max: 30 });

describe.each(['silu', 'gelu', 'elu'] as const)('%s', (activation) => {
  const run = (x: ArrayLike<number>) => {
    sandbox.reset();
    const [input, y, value, slope] = [
      sandbox.tensor(x),
      sandbox.tensor(x.length),
      sandbox.tensor(x.length),
      sandbox.tensor(x.length),
    ];
    smoothActivations.forward(activation, input.address, y.address, x.length);
    const addresses = { x: input.address, y: value.address, slope: slope.address };
    smoothActivations.withSlope(activation, addresses, x.length);
    sandbox.expectGuardsIntact();
    expect(value.values).toEqual(y.values);
    return { y: y.values.slice(), dx: slope.values.slice() };
  };

  it('is the formula in float64, value and slope, of any number of numbers', () => {
    fc.assert(
      fc.property(size, fc.constantFrom(0.1, 1, 4, 12), fc.integer(), (n, scale, seed) => {
        const x = randomValues(n, seed).map((v) => v * scale);
        const { y, dx } = run(x);
        for (let i = 0; i < n; i++) {
          const room = 5e-7 * Math.max(1, Math.abs(x[i]!));
          expect(Math.abs(y[i]! - value[activation](x[i]!))).toBeLessThan(room * Math.min(1, Math.abs(x[i]!)) + 1e-30);
          expect(Math.abs(dx[i]! - slope[activation](x[i]!))).toBeLessThan(room);
        }
      }),
    );
  });

  it('keeps its digits where it is small: far to the left', () => {
    const x = Float32Array.from({ length: 32 }, (_, i) => -i / 4);
    const { y } = run(x);
    for (let i = 1; i < x.length; i++) expect(y[i]! / value[activation](x[i]!) - 1).toBeCloseTo(0, 5);
  });

  it('ends at its limit and at x, and keeps what is not a number', () => {
    const { y, dx } = run([-1e30, -200, 200, 1e30, Number.NaN]);
    const limit = activation === 'elu' ? -1 : 0;
    expect(Math.abs(y[0]! - limit)).toBeLessThan(1e-6);
    expect([...y.subarray(2)]).toEqual([200, Math.fround(1e30), Number.NaN]);
    expect(Math.abs(y[1]! - limit)).toBeLessThan(1e-30);
    expect([...dx.subarray(2)]).toEqual([1, 1, Number.NaN]);
    expect(Math.abs(dx[1]!)).toBeLessThan(1e-30);
  });

  it('may be in place', () => {
    const x = randomValues(13, 5);
    const { y, dx } = run(x);
    sandbox.reset();
    const [a, b, slope] = [sandbox.tensor(x), sandbox.tensor(x), sandbox.tensor(13)];
    smoothActivations.forward(activation, a.address, a.address, 13);
    expect(a.values).toEqual(y);
    smoothActivations.withSlope(activation, { x: b.address, y: b.address, slope: slope.address }, 13);
    expect([b.values, slope.values]).toEqual([y, dx]);
  });
});
