import { expect, test, vi } from 'vitest';
import { RecordError } from '../src/records/record-error.js';
import { RunError } from '../src/run/run-error.js';
import { SettingError } from '../src/settings/setting-error.js';

const mine = { RecordError, RunError, SettingError };
// What a program has that loads the package as an ES module and as CommonJS: each class twice.
vi.resetModules();
const theirs = {
  ...(await import('../src/records/record-error.js')),
  ...(await import('../src/run/run-error.js')),
  ...(await import('../src/settings/setting-error.js')),
};

const ofTheirs = {
  RecordError: new theirs.RecordError({ place: 'config.json', rule: 'is not JSON', remedy: 'restore it' }),
  RunError: new theirs.RunError({ code: 'in-use', place: 'run', rule: 'is in use' }),
  SettingError: new theirs.SettingError({ setting: 'seed', value: -1, rule: 'is negative', remedy: 'give another' }),
};
const names = Object.keys(mine) as (keyof typeof mine)[];

test.each(names)('%s of the other build is recognised', (name) => {
  expect(theirs[name]).not.toBe(mine[name]);
  expect(ofTheirs[name] instanceof mine[name]).toBe(true);
});

test.each(names)('%s is nothing else', (name) => {
  const others = names.filter((other) => other !== name).map((other) => ofTheirs[other]);
  for (const other of [...others, new Error(name), { name }, name, null, undefined]) {
    expect((other as unknown) instanceof mine[name]).toBe(false);
  }
});

test('errors of the other build are spelt as ours are', () => {
  const error: unknown = ofTheirs.SettingError;
  if (!(error instanceof SettingError)) throw error;
  expect(error.spelt(({ setting, value }) => `--${setting}=${value}`)).toBe('--seed=-1 is negative; give another');
});
