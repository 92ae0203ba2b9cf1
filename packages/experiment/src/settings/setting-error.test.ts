import { expect, it } from 'vitest';
import { named, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

const cause = new Error('why');
const error = new SettingError(
  {
    setting: 'momentum',
    value: 0.9,
    rule: sentence`has no meaning for ${named('optimizer', 'adam')}`,
    remedy: sentence`leave it out, or give a ${named('learningRate')} of ${0.1} ${'or so'}`,
  },
  { cause },
);

it('carries setting, value, rule and remedy', () => {
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'SettingError',
    setting: 'momentum',
    value: 0.9,
    rule: 'has no meaning for optimizer adam',
    remedy: 'leave it out, or give a learningRate of 0.1 or so',
    cause,
  });
  expect(error.message).toBe(
    'momentum 0.9 has no meaning for optimizer adam; leave it out, or give a learningRate of 0.1 or so',
  );
});

it('is spelt as its reader likes it', () => {
  const flags = error.spelt(({ setting, value }) => `--${setting}${value === undefined ? '' : `=${value}`}`);
  expect(flags).toBe(
    '--momentum=0.9 has no meaning for --optimizer=adam; leave it out, or give a --learningRate of 0.1 or so',
  );
});
