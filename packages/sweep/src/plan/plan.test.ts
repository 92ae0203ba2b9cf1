import { networkOf, settingRows } from '@cifarlab/experiment';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SweepError } from '../sweep-error.js';
import { planSweep } from './plan.js';
import { parseSweepFile } from './sweep-file.js';

const plan = (content: object) =>
  planSweep(parseSweepFile(JSON.stringify(content), 'my.json'), { reserved: { out: 'the sweep chooses it' } });
const settings = { 'validation-size': 5000 };

/** Settings of the MLP with values that go together in every combination. */
const values: Record<string, (string | number | boolean)[]> = {
  'learning-rate': [0.1, 0.01, '1e-3'],
  activation: ['relu', 'tanh'],
  'dnn-hidden-units': ['', '100', '200,100'],
  flip: [true, false],
  dropout: [0, 0.5],
};
const grid = fc.uniqueArray(fc.constantFrom(...Object.keys(values)), { minLength: 1, maxLength: 3 }).chain((flags) =>
  fc.record(Object.fromEntries(flags.map((flag) => [flag, fc.shuffledSubarray(values[flag]!, { minLength: 1 })])), {
    noNullPrototype: true,
  }),
);

describe('planSweep', () => {
  it('has a stable id for each configuration, in whatever order and form the file gives them', () => {
    fc.assert(
      fc.property(grid, (grid) => {
        const { configurations } = plan({ model: 'mlp', settings, grid });
        const ids = configurations.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const reversed = Object.fromEntries(
          Object.entries(grid)
            .reverse()
            .map(([flag, list]) => [flag, [...list].reverse()]),
        );
        const fromGrid = plan({ model: 'mlp', settings, grid: reversed });
        expect(fromGrid.configurations.map(({ id }) => id).sort()).toEqual([...ids].sort());
        // The same as a list, with a default written out.
        const list = configurations.map(({ argv }) =>
          Object.fromEntries(
            argv.map((word) => {
              const [, no, flag, , value] = /^--(no-)?([^=]+)(=(.*))?$/.exec(word)!;
              return [flag!, value ?? no === undefined];
            }),
          ),
        );
        const fromList = plan({ model: 'mlp', settings: { momentum: 0 }, list });
        expect(fromList.configurations.map(({ id }) => id)).toEqual(ids);
        expect(fromList.configurations.map(({ name }) => name)).toEqual(configurations.map(({ name }) => name));
      }),
      { numRuns: 25 },
    );
  });

  it('names configurations by what tells them apart, and a single one by its network', () => {
    const { configurations } = plan({ model: 'mlp', settings, grid: { flip: [true, false], crop: [4] } });
    expect(configurations.map(({ name }) => name)).toEqual(['flip', 'no flip']);
    const list = [{}, { optimizer: 'adam' }, { optimizer: 'adam', 'learning-rate': 0.001, flip: true }];
    expect(plan({ model: 'mlp', settings, list }).configurations.map(({ name }) => name)).toEqual([
      'base',
      'optimizer adam',
      'optimizer adam, flip',
    ]);
    expect(plan({ model: 'convnet' }).configurations).toMatchObject([{ name: 'convnet', model: 'convnet', argv: [] }]);
  });

  it('counts the trials before it makes any', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => (i + 1) / 1e6);
    const flags = ['learning-rate', 'dropout', 'weight-decay', 'momentum', 'label-smoothing', 'warmup-steps'];
    const grid = Object.fromEntries(flags.map((flag) => [flag, many(1000)]));
    expect(() => plan({ model: 'mlp', settings, grid })).toThrow(
      'the sweep has 1.00e+18 trials (1 x 1000 x 1000 x 1000 x 1000 x 1000 x 1000 x 1: entries of "list", values of each ' +
        'flag in "grid", seeds), and may have 10,000; give fewer values, or split it into several files',
    );
    expect(() =>
      plan({ model: 'mlp', settings, grid: { dropout: many(101) }, seeds: many(100).map((s) => s * 1e6) }),
    ).toThrow(/^the sweep has 10,100 trials \(1 x 101 x 100: /);
    const endless = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`flag-${i}`, [1, 2]]));
    expect(() => plan({ model: 'mlp', settings, grid: endless })).toThrow(/has over 1e308 trials \(1 x 2 x .* x …: /);
  });

  it('gives each of many configurations its own settings', () => {
    const rates = Array.from({ length: 500 }, (_, i) => i + 1);
    const { configurations } = plan({ model: 'mlp', settings, grid: { 'learning-rate': rates, flip: [true, false] } });
    expect(configurations.map(({ settings: { learningRate, flip } }) => [learningRate, flip])).toEqual(
      rates.flatMap((rate) => [true, false].map((flip) => [rate, flip])),
    );
  });

  it('fills a preset in before it compares', () => {
    const preset = { preset: 'strong', 'validation-size': 5000 };
    const { configurations } = plan({ model: 'convnet', settings: preset, list: [{}, { flip: false }] });
    expect(configurations.map(({ name }) => name)).toEqual(['flip', 'no flip']);
    expect(configurations[1]!.argv).toContain('--no-flip');
    expect(() => plan({ model: 'convnet', settings: preset, list: [{}, { momentum: 0.6 }] })).toThrow(
      /are the same to train/,
    );
  });

  it.each<[object, RegExp]>([
    [
      { 'lerning-rate': 1 },
      /^the configuration {.*}: "lerning-rate": 1 is not a setting of mlp; did you mean "learning-rate"\?/,
    ],
    [{ learning_rate: 1 }, /"learning_rate": 1 is not a setting of mlp; did you mean "learning-rate"\?/],
    [
      { 'learning-rate': 'fast' },
      /"learning-rate": "fast" must be a number above 0, such as 1e-3; correct it, or leave it out/,
    ],
    [{ 'learning-rate': -1 }, /"learning-rate": -1 must be a number above 0/],
    [{ 'learning-rate': true }, /"learning-rate": true must be a number above 0/],
    [{ flip: 'yes' }, /"flip": "yes" must be true or false/],
    [{ optimizer: 'lion' }, /"optimizer": "lion" must be one of sgd, adam, adamw/],
    [{ optimizer: 'adam', momentum: 0.9 }, /"momentum": 0\.9 has no meaning for "optimizer": "adam"/],
    [{ nesterov: true }, /"nesterov": true needs "optimizer": "sgd" with a "momentum"/],
    [{ 'neg-slope': 0.1 }, /"neg-slope": 0\.1 has no meaning for "activation": "elu"/],
    [{ 'early-stopping': 3 }, /"early-stopping": 3 needs validation images/],
    [{ schedule: 'one-cycle', 'warmup-steps': 5 }, /"schedule": "one-cycle" has a warm-up of its own/],
    [{ dtype: 'float32' }, /"dtype": "float32" is not a setting of mlp; its settings are "preset", /],
    [{ bakend: 'cpu' }, /"bakend": "cpu" is not a setting of mlp; did you mean "backend"\?/],
    [{ 'checkpoint-minute': 1 }, /did you mean "checkpoint-minutes"\?/],
    [{ seed: 1 }, /"seed" is not for a sweep's file; name the seeds in "seeds"/],
    [{ 'no-test': true }, /"no-test" is not for a sweep's file; .*the selected configuration alone/],
    [{ out: 'x' }, /"out" is not for a sweep's file; the sweep chooses it/],
    [{ backend: 'tpu' }, /"backend": "tpu" must be one of auto, ort, .*; correct it, or leave it out/],
    [{ 'checkpoint-minutes': -1 }, /"checkpoint-minutes": -1 must be a number of 0 or more/],
    [{ learningRate: 0.1 }, /"learningRate" is not a name in a sweep's file; write "learning-rate"/],
    [{ negativeSlope: 0.1 }, /"negativeSlope" is not a name in a sweep's file; write "neg-slope"/],
    [{ '--flip': true }, /"--flip": true is not a setting of mlp; did you mean "flip"\?/],
  ])('refuses the flags %j', (flags, message) => {
    for (const file of [{ settings: flags }, { list: [flags] }]) {
      expect(() => plan({ model: 'mlp', ...file })).toThrow(SweepError);
      expect(() => plan({ model: 'mlp', ...file })).toThrow(message);
    }
  });

  it('lists everything that a file may say, and nothing that it may not', () => {
    let message = '';
    try {
      plan({ model: 'mlp', settings: { dtype: 'float32' } });
    } catch (error) {
      message = String(error);
    }
    const listed = [...message.slice(message.indexOf('its settings are')).matchAll(/"(.*?)"/g)].map(([, name]) => name);
    const wanted = settingRows(networkOf('mlp')).map(({ name }) =>
      name.replace(/[A-Z]/g, (a) => `-${a.toLowerCase()}`),
    );
    const allowed = wanted.filter((name) => name !== 'seed' && name !== 'test');
    expect(listed).toEqual([
      ...allowed.map((name) => (name === 'negative-slope' ? 'neg-slope' : name)),
      ...['backend', 'checkpoint-minutes'],
    ]);
  });

  it('refuses a negated flag, which false says', () => {
    expect(() => plan({ model: 'convnet', settings: { 'no-flip': true } })).toThrow(/write "flip": false/);
  });

  it('names the wrong one of many configurations', () => {
    const file = { model: 'mlp', settings, grid: { optimizer: ['sgd', 'adam'], momentum: [0, 0.9] } };
    expect(() => plan(file)).toThrow(
      'the configuration {"validation-size":5000,"optimizer":"adam","momentum":0.9}: "momentum": 0.9 has no meaning',
    );
  });

  it.each([
    [{ grid: { 'learning-rate': [0.001, '1e-3'] } }],
    [{ list: [{}, { momentum: 0 }] }],
    [{ list: [{ flip: false }, {}] }],
    [{ list: [{ 'dnn-hidden-units': '100' }, { 'dnn-hidden-units': 100 }] }],
  ])('refuses configurations that are the same to train: %j', (file) => {
    expect(() => plan({ model: 'mlp', settings, ...file })).toThrow(
      /^the configurations {.*} and {.*} are the same to train; leave one out$/,
    );
  });

  it('refuses to compare configurations without validation images', () => {
    const grid = { flip: [true, false] };
    expect(() => plan({ model: 'mlp', grid })).toThrow(
      '2 configurations are compared by their accuracy on validation images, and "flip" holds out none; add "validation-size" to "settings", 5000 for example',
    );
    expect(plan({ model: 'mlp', seeds: [1, 2] }).configurations).toHaveLength(1);
  });
});
