import { describe, expect, it } from 'vitest';
import { planSweep } from './plan.js';
import { planLines, taskLines } from './plan-lines.js';

const settings = { 'validation-size': 40, 'max-steps': 200, 'eval-freq': 20 };
const space = { 'learning-rate': { 'log-uniform': [1e-5, 1e-1] }, flip: { choice: [true, false] } } as const;
const search = { sampler: 'tpe', pruner: 'asha', trials: 40, space } as const;
const file = { model: 'mlp', settings, search };

describe('the plan of a led search', () => {
  const { configurations, search: led } = planSweep(file);

  it('knows no configuration before, and makes each of values', () => {
    expect(configurations).toEqual([]);
    expect(led!.configure([0.00123456, 1])).toMatchObject({
      name: 'learning-rate 0.001235, no flip',
      argv: ['--validation-size=40', '--max-steps=200', '--eval-freq=20', '--learning-rate=0.001235', '--no-flip'],
      settings: { learningRate: 0.001235, flip: false },
    });
    const grid = { model: 'mlp', settings: { ...settings, 'learning-rate': 0.001235 } };
    expect(led!.configure([0.00123456, 1]).id).toBe(planSweep(grid).configurations[0]!.id);
    expect(led!.drawn(0)).toBeUndefined();
  });

  it('compares trials after a 27th of the steps, at an evaluation', () => {
    const rungs = (more: object) => planSweep({ ...file, settings: { ...settings, ...more } }).search!.rungs;
    expect(rungs({})).toEqual({ first: 20, factor: 3 });
    expect(rungs({ 'max-steps': 2000 })).toEqual({ first: 80, factor: 3 });
    expect(planSweep({ ...file, search: { ...search, pruner: 'none' } }).search!.rungs).toBeUndefined();
  });

  it('is another search when anything but the number of trials is another', () => {
    const id = (more: object) => planSweep({ ...file, ...more }).search!.id;
    expect(id({ search: { ...search, trials: 50 } })).toBe(led!.id);
    const others = [
      { search: { ...search, seed: 1 } },
      { search: { ...search, pruner: 'none' } },
      { search: { ...search, sampler: 'random' } },
      { search: { ...search, space: { flip: space.flip } } },
      { settings: { ...settings, momentum: 0.5 } },
      { seeds: [1] },
      { list: [{ momentum: 0.6 }] },
    ];
    expect(new Set([led!.id, ...others.map(id)]).size).toBe(others.length + 1);
  });

  it('is that of the draws where it only prunes', () => {
    const random = planSweep({ ...file, search: { ...search, sampler: 'random' } }).search!;
    const drawn = planSweep({ ...file, search: { ...search, sampler: 'random', pruner: 'none' } }).configurations;
    expect([0, 1, 39].map((task) => random.configure(random.drawn(task)!).id)).toEqual(
      [0, 1, 39].map((task) => drawn[task]!.id),
    );
  });

  it('is said in lines', () => {
    const plan = planSweep({ ...file, seeds: [1, 2] });
    const lines = planLines(plan, { jobs: 2, threads: 1 });
    expect(lines[0]).toBe('80 trials, 2 at a time with 1 thread each; seeds 1, 2');
    expect(lines[1]).toMatch(
      /^40 configurations, .* sampler tpe, pruner asha, compared after 20 steps and each 3 times as many, seed 42$/,
    );
    expect(lines.at(-1)).toMatch(/^ +tasks 0 to 39, each a configuration with every seed$/);
    expect(taskLines(plan, 7)[0]).toBe('task 7: configuration 7 of a search');
  });

  it.each([
    [
      { list: [{}, { momentum: 0.5 }] },
      /"list" has 2 entries, and a search with "sampler": "tpe" is one for all; put what/,
    ],
    [
      { settings: { ...settings, 'validation-size': 0 } },
      /goes by the accuracy on validation images, and none are held out/,
    ],
    [
      { search: { ...search, space: { momentum: { uniform: [0, 7] } } } },
      /the configuration .*"momentum":7.*: "momentum": 7/,
    ],
    [{ search: { ...search, space: { 'validation-size': { integer: [0, 40] } } } }, /and none are held out/],
    [{ search: { ...search, space: { speed: { uniform: [0, 1] } } } }, /"speed"/],
    [{ search: { ...search, space: { optimizer: { choice: ['sgd', 'sdg'] } } } }, /"optimizer": "sdg"/],
    [{ search: { ...search, space: { momentum: { choice: [0, '0'] } } } }, /"space" "momentum" "choice" has "0" twice/],
  ])('refuses %j', (more, message) => {
    expect(() => planSweep({ ...file, ...more } as typeof file)).toThrow(message);
  });
});
