import { RandomState } from '@cifarlab/numpy-random';
import { describe, expect, test } from 'vitest';
import { MINI_FOLDER, miniOrigins } from '../test/support/mini.js';
import { loadFrom } from './load-cifar10.js';
import type { Cifar10Options } from './options.js';

const load = (options: object) => loadFrom(options as Cifar10Options, miniOrigins());

describe('options of another kind are refused before anything is read', () => {
  test.each<[object, RegExp]>([
    [{ validationSizes: 5 }, /Option "validationSizes": there is no such option; expected dataDir, .*validationSize/],
    [{ datadir: '/x' }, /Option "datadir": there is no such option/],
    [{ constructor: 1 }, /Option "constructor": there is no such option/],
    [{ allowUnverified: 'false' }, /Option allowUnverified "false": expected true or false/],
    [{ offline: 'no' }, /Option offline "no": expected true or false/],
    [{ oneHot: 0 }, /Option oneHot 0: expected true or false/],
    [{ standardize: null }, /Option standardize null: expected true, false or/],
    [{ dataDir: 5 }, /Option dataDir 5: expected a path as a string/],
    [{ dataDir: new URL('file:///x') }, /Option dataDir of another kind: expected a path/],
    [{ cacheDir: null }, /Option cacheDir null: expected a path/],
    [{ onProgress: true }, /Option onProgress true: expected a function/],
    [{ signal: {} }, /Option signal of another kind: expected an AbortSignal/],
    [{ rng: {} }, /Option rng of another kind: expected a RandomState/],
    [{ rng: Math.random }, /Option rng .*: expected a RandomState/],
    [{ augment: 'flip' }, /Option augment "flip": expected true, false or \{ flip, crop, cutout \}/],
  ])('%j', async (options, message) => {
    await expect(load(options)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    });
  });

  test.each([['data'], [null], [[]]])('%j in place of the options', async (options) => {
    await expect(load(options as object)).rejects.toThrow(/^Options .*: expected an object such as/);
  });
});

test('all options of their kinds, and those that are undefined, are taken', async () => {
  const whole: Required<Cifar10Options> = {
    dataDir: MINI_FOLDER,
    cacheDir: 'unused',
    localDir: 'unused',
    offline: true,
    allowUnverified: false,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    validationSize: 5,
    oneHot: false,
    standardize: true,
    batchOrder: 'epoch',
    rng: new RandomState(1),
    augment: { flip: true },
    seed: 1,
  };
  const { validation } = await load(whole);
  expect(validation.numExamples).toBe(5);
});
