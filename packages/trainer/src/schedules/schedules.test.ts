import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../../test/fixtures/schedules.json' with { type: 'json' };
import { constant, cosine, linear, oneCycle, type Schedule, stepDecay, warmup } from '../index.js';

const cases: Record<Exclude<keyof typeof golden, 'torch'>, Schedule> = {
  stepDecay: stepDecay(0.1, { every: 7, factor: 0.5 }),
  cosine: cosine(0.1, { steps: 30, min: 0.01 }),
  oneCycle: oneCycle(0.4, { steps: 40 }),
  oneCycleLinear: oneCycle(0.4, { steps: 33, rise: 0.45, anneal: 'linear', startDivisor: 10, endDivisor: 50 }),
  warmupStep: warmup(stepDecay(0.1, { every: 4, factor: 0.5 }), { steps: 5, startFactor: 0.2 }),
  warmupCosine: warmup(cosine(0.1, { steps: 24 }), { steps: 6, startFactor: 0.25 }),
};

describe("PyTorch's schedulers", () => {
  it.each(Object.keys(cases) as (keyof typeof cases)[])('%s', (name) => {
    expect(golden[name].length).toBeGreaterThan(19);
    for (const [i, expected] of golden[name].entries()) {
      // PyTorch computes some of them by recurrence, which rounds at every step.
      expect(Math.abs(cases[name](i + 1) - expected)).toBeLessThan(1e-15 + 1e-13 * expected);
    }
  });
});

describe('the ends', () => {
  it('constant', () => {
    expect([1, 2, 1e6].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]);
  });

  it('stepDecay changes after every so many steps', () => {
    expect([1, 2, 3, 4, 5].map(stepDecay(8, { every: 2, factor: 0.5 }))).toEqual([8, 8, 4, 4, 2]);
    expect(stepDecay(1, { every: 1 })(2)).toBe(0.1);
  });

  it('cosine reaches min after its steps and stays there', () => {
    const rate = cosine(1, { steps: 10, min: 0.25 });
    expect([rate(1), rate(6), rate(11), rate(12), rate(1000)]).toEqual([1, 0.625, 0.25, 0.25, 0.25]);
    expect(cosine(1, { steps: 10 })(11)).toBe(0);
  });

  it('linear reaches min after its steps and stays there', () => {
    const rate = linear(1, { steps: 8, min: 0.25 });
    expect([rate(1), rate(5), rate(9), rate(10), rate(1000)]).toEqual([1, 0.625, 0.25, 0.25, 0.25]);
    expect([4, 5, 6].map(linear(2, { steps: 4 }))).toEqual([0.5, 0, 0]);
    expect(() => linear(-1, { steps: 4 })).toThrow('learningRate');
    expect(() => linear(1, { steps: 0 })).toThrow('steps');
  });

  it('oneCycle starts low, has its top and ends at almost nothing', () => {
    const rate = oneCycle(1, { steps: 20, rise: 0.5 });
    expect(rate(1)).toBeCloseTo(1 / 25, 15);
    expect(rate(10)).toBe(1);
    expect(rate(20)).toBeCloseTo(1 / 250_000, 15);
    expect(rate(500)).toBe(rate(20));
  });

  it('warmup reaches the schedule and hands over to it', () => {
    const rate = warmup(0.5, { steps: 4 });
    expect([1, 2, 3, 4, 5, 6].map(rate)).toEqual([0.125, 0.21875, 0.3125, 0.40625, 0.5, 0.5]);
    const inner = cosine(1, { steps: 10 });
    const warm = warmup(inner, { steps: 3 });
    for (let step = 1; step <= 12; step++) expect(warm(step + 3)).toBe(inner(step));
  });

  it('are never left: every rate lies between 0 and the highest one', () => {
    const count = fc.integer({ min: 2, max: 500 });
    fc.assert(
      fc.property(count, count, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (steps, step, part) => {
        const schedules = [
          cosine(0.7, { steps, min: 0.7 * part }),
          stepDecay(0.7, { every: steps, factor: part }),
          warmup(0.7, { steps, startFactor: part }),
          ...(part * steps > 1 ? [oneCycle(0.7, { steps, rise: part })] : []),
        ];
        for (const schedule of schedules) {
          expect(schedule(step)).toBeGreaterThanOrEqual(0);
          expect(schedule(step)).toBeLessThanOrEqual(0.7 + 1e-15);
        }
      }),
    );
  });
});

describe('what is refused', () => {
  it.each<[() => Schedule, string]>([
    [() => constant(Number.NaN), 'learningRate must be a finite number of 0 or more; got NaN.'],
    [() => stepDecay(-1, { every: 1 }), 'learningRate must be a finite number of 0 or more; got -1.'],
    [() => stepDecay(1, { every: 0 }), 'every must be a whole number of 1 or more; got 0.'],
    [() => stepDecay(1, { every: 1, factor: Infinity }), 'factor must be a finite number of 0 or more; got Infinity.'],
    [() => cosine(1, { steps: 1.5 }), 'steps must be a whole number of 1 or more; got 1.5.'],
    [() => cosine(1, { steps: 1, min: -1 }), 'min must be a finite number of 0 or more; got -1.'],
    [() => oneCycle(1, { steps: 1 }), 'steps must be an integer of 2 or more; got 1.'],
    [() => oneCycle(1, { steps: 10, rise: 1 }), 'rise must be below 1 and, for 10 steps, above 0.1'],
    [() => oneCycle(1, { steps: 10, rise: 0.1 }), 'above 0.1, so that the rate has a step to rise; got 0.1.'],
    [() => oneCycle(1, { steps: 10, rise: Number.NaN }), 'got NaN.'],
    [() => oneCycle(1, { steps: 10, startDivisor: 0 }), 'startDivisor must be a finite number above 0; got 0.'],
    [() => oneCycle(1, { steps: 10, endDivisor: -2 }), 'endDivisor must be a finite number above 0; got -2.'],
    [() => oneCycle(1, { steps: 10, anneal: 'cos' as 'cosine' }), 'anneal must be one of cosine, linear; got "cos".'],
    [() => warmup(1, { steps: 0 }), 'steps must be a whole number of 1 or more; got 0.'],
    [() => warmup(1, { steps: 2, startFactor: 1.1 }), 'startFactor must be 1 or less; got 1.1.'],
    [() => warmup(Number.NaN, { steps: 2 }), 'learningRate must be a finite number of 0 or more; got NaN.'],
  ])('%s', (make, message) => {
    expect(make).toThrow(message);
  });
});
