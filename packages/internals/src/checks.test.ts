import { describe, expect, test } from 'vitest';
import {
  assertBelowOne,
  assertBoolean,
  assertCount,
  assertKnownKeys,
  assertNonNegative,
  assertOneOf,
  assertPositive,
  assertUint32,
  assertWithin,
} from './checks.js';

const numbers = {
  assertCount: [assertCount, [1, 2 ** 53 - 1], [0, -1, 1.5, 2 ** 53, Number.NaN, '1'], 'a whole number of 1 or more'],
  assertUint32: [assertUint32, [0, 2 ** 32 - 1], [-1, 0.5, 2 ** 32, null], 'a whole number from 0 to 2^32 - 1'],
  assertNonNegative: [assertNonNegative, [0, 1e300], [-1e-300, Infinity, Number.NaN], 'a finite number of 0 or more'],
  assertPositive: [assertPositive, [1e-300], [0, -1, Infinity, undefined], 'a finite number above 0'],
  assertBelowOne: [assertBelowOne, [0, 0.999], [1, -0.1, Number.NaN], '0 or more and below 1'],
  assertWithin: [
    (what: string, value: unknown) => assertWithin(what, value, 0, 1),
    [0, 0.5, 1],
    [-0.1, 1.1, Number.NaN, '1'],
    'a number from 0 to 1',
  ],
} as const;

describe.each(Object.entries(numbers))('%s', (_, [check, right, wrong, rule]) => {
  test.each(right)('takes %d', (value) => {
    expect(() => check('n', value)).not.toThrow();
  });

  test.each<unknown>(wrong)('refuses %j with the rule and the value', (value) => {
    const shown = typeof value === 'string' ? `"${value}"` : String(value);
    expect(() => check('n', value)).toThrow(new RangeError(`n must be ${rule}; got ${shown}.`));
  });
});

test('one of several', () => {
  assertOneOf('order', 'epoch', ['course', 'epoch']);
  expect(() => assertOneOf('order', 'any', ['course', 'epoch'])).toThrow(
    new RangeError('order must be one of course, epoch; got "any".'),
  );
});

test('true or false', () => {
  assertBoolean('flip', false);
  expect(() => assertBoolean('flip', 0)).toThrow(new TypeError('flip must be true or false; got 0.'));
});

describe('known options', () => {
  test('pass, and so do none', () => {
    assertKnownKeys('SGD', {}, ['momentum']);
    assertKnownKeys('SGD', { momentum: 0.9 }, ['momentum']);
  });

  test('a misspelt one is named beside those that exist', () => {
    expect(() => assertKnownKeys('SGD', { momentm: 0.9 }, ['momentum', 'nesterov'])).toThrow(
      new RangeError('SGD: unknown option "momentm"; the options are momentum, nesterov.'),
    );
  });

  test.each([null, 3, ['momentum']])('%j is not an object of options', (options) => {
    expect(() => assertKnownKeys('SGD', options, ['momentum'])).toThrow(/^SGD: options must be an object; got /);
  });
});
