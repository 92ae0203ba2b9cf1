import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomValues, Sandbox, type Tensor } from '../../test/simd/sandbox.js';
import type { AdamSettings, SgdSettings } from './optimizer-kernels.js';

const sandbox = new Sandbox();
const { optimizers } = sandbox.kernels;
const f = Math.fround;

const common = {
  learningRate: fc.double({ min: 1e-4, max: 0.1, noNaN: true }),
  weightDecay: fc.constantFrom(0, 0.01, 0.3),
  decoupled: fc.boolean(),
  step: fc.integer({ min: 1, max: 1000 }),
  gradientScale: fc.constantFrom(1, 0.37),
};
const size = fc.integer({ min: 1, max: 30 });

/**
 * Returns the scaled gradient with L2 decay, and the parameter with decoupled decay, every operation rounded to
 * float32.
 */
function decayed(
  p: number,
  g: number,
  s: { learningRate: number; weightDecay: number; decoupled: boolean; gradientScale: number },
) {
  const scaled = f(g * f(s.gradientScale));
  if (s.weightDecay === 0) return [scaled, p] as const;
  if (s.decoupled) return [scaled, f(p * f(1 - s.learningRate * s.weightDecay))] as const;
  return [f(scaled + f(p * f(s.weightDecay))), p] as const;
}

/** Returns the address of each tensor, under the same names. */
const addressesOf = <T extends Partial<Record<string, Tensor>>>(tensors: T) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor!.address])) as {
    [Name in keyof T]: number;
  };

describe('adam', () => {
  const settings: fc.Arbitrary<AdamSettings> = fc.record({
    ...common,
    beta1: fc.constantFrom(0, 0.5, 0.9),
    beta2: fc.constantFrom(0.9, 0.999),
    epsilon: fc.constantFrom(1e-8, 1e-3),
  });

  const define = (p: number, g0: number, m: number, v: number, vMax: number | undefined, s: AdamSettings) => {
    const [g, from] = decayed(p, g0, s);
    const nextM = f(f(m * f(s.beta1)) + f(g * f(1 - s.beta1)));
    const nextV = f(f(v * f(s.beta2)) + f(f(g * g) * f(1 - s.beta2)));
    const nextVMax = Math.max(vMax ?? 0, nextV);
    const root = f(Math.sqrt(vMax === undefined ? nextV : nextVMax));
    const denominator = f(f(root / f(Math.sqrt(1 - s.beta2 ** s.step))) + f(s.epsilon));
    const stepSize = f(s.learningRate / (1 - s.beta1 ** s.step));
    return { nextParameter: f(from - f(f(nextM / denominator) * stepSize)), nextM, nextV, nextVMax };
  };

  it('is the formula, every operation rounded to float32; in place too', () => {
    fc.assert(
      fc.property(size, settings, fc.boolean(), fc.boolean(), fc.integer(), (n, s, amsgrad, inPlace, seed) => {
        sandbox.reset();
        const random = (index: number) => sandbox.tensor(randomValues(n, seed + index));
        const [parameter, gradient, m] = [random(0), random(1), random(2)];
        const [v, vMax] = [3, 4].map((index) => sandbox.tensor(randomValues(n, seed + index).map((x) => x * x))) as [
          typeof m,
          typeof m,
        ];
        const expected = Array.from({ length: n }, (_, i) =>
          define(
            ...(([parameter, gradient, m, v] as const).map(({ values }) => values[i]!) as [
              number,
              number,
              number,
              number,
            ]),
            amsgrad ? vMax.values[i]! : undefined,
            s,
          ),
        );
        const outputs = inPlace
          ? { nextParameter: parameter, nextM: m, nextV: v }
          : { nextParameter: sandbox.tensor(n), nextM: sandbox.tensor(n), nextV: sandbox.tensor(n) };
        const maxima: { vMax?: Tensor; nextVMax?: Tensor } = amsgrad
          ? { vMax, nextVMax: inPlace ? vMax : sandbox.tensor(n) }
          : {};
        optimizers.adam(addressesOf({ parameter, gradient, m, v, ...outputs, ...maxima }), n, s);
        sandbox.expectGuardsIntact();
        for (const name of ['nextParameter', 'nextM', 'nextV'] as const) {
          expect(Array.from(outputs[name].values), name).toEqual(expected.map((row) => row[name]));
        }
        if (maxima.nextVMax) expect(Array.from(maxima.nextVMax.values)).toEqual(expected.map((row) => row.nextVMax));
      }),
      { numRuns: 200 },
    );
  });
});

describe('sgd', () => {
  const settings: fc.Arbitrary<SgdSettings> = fc.record({
    ...common,
    step: fc.integer({ min: 1, max: 3 }),
    momentum: fc.constantFrom(0, 0.9),
    dampening: fc.constantFrom(0, 0.2),
    nesterov: fc.boolean(),
  });

  const define = (p: number, g0: number, buffer: number, s: SgdSettings) => {
    const [g, from] = decayed(p, g0, s);
    const nextBuffer = s.step === 1 ? g : f(f(buffer * f(s.momentum)) + f(g * f(1 - s.dampening)));
    const look = s.nesterov ? f(g + f(nextBuffer * f(s.momentum))) : nextBuffer;
    return { nextParameter: f(from - f((s.momentum === 0 ? g : look) * f(s.learningRate))), nextBuffer };
  };

  it('is the formula, every operation rounded to float32; in place too', () => {
    fc.assert(
      fc.property(size, settings, fc.boolean(), fc.integer(), (n, s, inPlace, seed) => {
        sandbox.reset();
        const random = (index: number) => sandbox.tensor(randomValues(n, seed + index));
        const [parameter, gradient, buffer] = [random(0), random(1), random(2)];
        const expected = Array.from({ length: n }, (_, i) =>
          define(parameter.values[i]!, gradient.values[i]!, buffer.values[i]!, s),
        );
        const nextParameter = inPlace ? parameter : sandbox.tensor(n);
        const nextBuffer = inPlace ? buffer : sandbox.tensor(n);
        const buffers: { buffer?: Tensor; nextBuffer?: Tensor } = s.momentum === 0 ? {} : { buffer, nextBuffer };
        optimizers.sgd(addressesOf({ parameter, gradient, nextParameter, ...buffers }), n, s);
        sandbox.expectGuardsIntact();
        expect(Array.from(nextParameter.values)).toEqual(expected.map((row) => row.nextParameter));
        if (s.momentum !== 0) expect(Array.from(nextBuffer.values)).toEqual(expected.map((row) => row.nextBuffer));
      }),
      { numRuns: 200 },
    );
  });
});
