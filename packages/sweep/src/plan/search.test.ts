import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFlags } from './draw.js';
import { planSweep } from './plan.js';
import { checkSearch, type Distribution } from './search.js';
import { parseSweepFile } from './sweep-file.js';

const space = {
  'learning-rate': { 'log-uniform': [1e-5, 1e-1] },
  dropout: { uniform: [0, 0.5] },
  crop: { integer: [0, 4] },
  activation: { choice: ['elu', 'relu'] },
} as const;
const search = { sampler: 'random', trials: 400, space } as const;

describe('a random search', () => {
  const drawn = drawFlags(checkSearch(search)) as Record<keyof typeof space, number>[];

  it('draws different configurations, the same from the same seed, and more of them begin with the same', () => {
    expect(new Set(drawn.map((flags) => JSON.stringify(flags))).size).toBe(400);
    expect(drawFlags({ ...search, seed: 42, trials: 7 })).toEqual(drawn.slice(0, 7));
    expect(drawFlags({ ...search, seed: 43, trials: 7 })).not.toEqual(drawn.slice(0, 7));
    // NumPy's RandomState(42) gives the same.
    expect(drawn[0]).toEqual({ 'learning-rate': 0.0003149, dropout: 0.4754, crop: 3, activation: 'relu' });
  });

  it('spreads each value evenly over its range, on a logarithmic scale where that is asked for', () => {
    const part = (holds: (flags: (typeof drawn)[number]) => boolean) => drawn.filter(holds).length / drawn.length;
    // The deviation of a half of 400 is 0.025.
    expect(Math.abs(part((flags) => flags['learning-rate'] < 1e-3) - 0.5)).toBeLessThan(0.1);
    expect(Math.abs(part(({ dropout }) => dropout < 0.25) - 0.5)).toBeLessThan(0.1);
    for (const value of [0, 1, 2, 3, 4]) expect(Math.abs(part(({ crop }) => crop === value) - 0.2)).toBeLessThan(0.08);
    expect(Math.abs(part(({ activation }) => String(activation) === 'elu') - 0.5)).toBeLessThan(0.1);
  });

  it('keeps to ranges of any size', () => {
    const end = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
    const property = fc.property(end, end, fc.nat(), (a, b, seed) => {
      fc.pre(a !== b);
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const positive = [Math.abs(from) + 1e-9, Math.abs(from) + 1e-9 + (to - from)] as const;
      const ranges: Record<string, Distribution> = { u: { uniform: [from, to] }, l: { 'log-uniform': positive } };
      const [flags] = drawFlags({ trials: 1, seed, space: ranges }) as [{ u: number; l: number }];
      expect(flags.u >= from && flags.u <= to).toBe(true);
      expect(flags.l >= positive[0] && flags.l <= positive[1]).toBe(true);
    });
    fc.assert(property);
  });

  it('has every one of a small space, and says when there are no more', () => {
    const small = { crop: { integer: [1, 3] }, flip: { choice: [true, false] } } as const;
    const all = drawFlags({ trials: 6, seed: 1, space: small });
    expect(new Set(all.map((flags) => `${flags.crop} ${flags.flip}`)).size).toBe(6);
    expect(() => drawFlags({ trials: 7, seed: 1, space: small })).toThrow(
      '"search" "trials" is 7, and the space gave no more than 6 different configurations; give fewer trials or a larger space',
    );
  });

  it('takes the place of the grid in a sweep', () => {
    const settings = { 'validation-size': 40 };
    const rates = { sampler: 'random', trials: 3, space: { 'learning-rate': space['learning-rate'] } } as const;
    const text = JSON.stringify({ model: 'mlp', settings, list: [{}, { flip: true }], search: rates });
    const { configurations } = planSweep(parseSweepFile(text, 'my.json'));
    expect(configurations.map(({ name }) => name)).toEqual([
      ...['learning-rate 0.0003149', 'learning-rate 0.06351', 'learning-rate 0.008472'],
      ...['learning-rate 0.0003149, flip', 'learning-rate 0.06351, flip', 'learning-rate 0.008472, flip'],
    ]);
    const wrong = (more: object) => () => planSweep({ model: 'mlp', settings, search: rates, ...more });
    expect(wrong({ grid: { momentum: [0] } })).toThrow('"search" takes the place of "grid", and both are there');
    expect(wrong({ list: [{ 'learning-rate': 1 }] })).toThrow('"learning-rate" is in "search" and in "list" entry 1');
    expect(wrong({ search: { ...rates, trials: 10_000 }, seeds: [1, 2] })).toThrow(
      '20,000 trials (1 x 10000 x 2: entries of "list", "trials" of "search", seeds)',
    );
    expect(wrong({ search: { ...rates, space: { rate: { uniform: [0, 1] } } } })).toThrow('"rate"');
  });

  it.each([
    [[], /^"search" must be an object such as .*, and is \[\]$/],
    [{ ...search, steps: 1 }, /^"search" "steps" is none of "sampler", "trials", "pruner", "seed", "space"$/],
    [{ ...search, sampler: 'grid' }, /^"search" "sampler" must be "random" or "tpe", and is "grid"$/],
    [{ ...search, pruner: 'median' }, /^"search" "pruner" must be "asha" or "none", and is "median"$/],
    [{ ...search, trials: 0 }, /^"search" "trials" must be a whole number from 1 to 10000, and is 0$/],
    [{ sampler: 'random', space }, /"trials" must be .* and is missing$/],
    [{ ...search, seed: -1 }, /^"search" "seed" must be a whole number from 0 to 4294967295, and is -1$/],
    [{ ...search, space: {} }, /^"search" "space" must be an object of flags such as .*, and is \{\}$/],
    [{ ...search, space: { a: [1, 2] } }, /^"space" "a" must be an object with one of "log-uniform", .*; for example/],
    [{ ...search, space: { a: { normal: [0, 1] } } }, /^"space" "a" must be an object with one of/],
    [{ ...search, space: { a: { uniform: [0, 1], choice: [1] } } }, /^"space" "a" must be an object with one of/],
    [{ ...search, space: { a: { uniform: [1, 0] } } }, /^"space" "a" "uniform" must be two numbers, the smaller first/],
    [{ ...search, space: { a: { uniform: [0, '1'] } } }, /must be two numbers/],
    [{ ...search, space: { a: { integer: [0, 1.5] } } }, /must be two whole numbers/],
    [
      { ...search, space: { a: { 'log-uniform': [0, 1] } } },
      /must be two numbers above 0, and is \[0,1\]; or take "uniform"$/,
    ],
    [{ ...search, space: { a: { choice: [] } } }, /^"space" "a" "choice" must be an array of values, one at least/],
    [{ ...search, space: { a: { choice: [null] } } }, /must be a text, a number, true or false, and is null/],
  ])('refuses %j', (given, message) => {
    expect(() => checkSearch(given)).toThrow(
      expect.objectContaining({ code: 'file', message: expect.stringMatching(message) }),
    );
  });
});
