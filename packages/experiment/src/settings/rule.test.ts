import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  fraction,
  hiddenUnits,
  nonNegativeNumber,
  oneOf,
  onOrOff,
  positiveNumber,
  type Rule,
  readText,
  wholeNumber,
  wholeNumberBetween,
  words,
  writeText,
} from './rule.js';

const seed = wholeNumberBetween(0, 0xffffffff);
const optimizer = oneOf(['sgd', 'Adam']);

describe('readText', () => {
  it.each<[Rule, string, unknown]>([
    [wholeNumber(1), '200', 200],
    [wholeNumber(1), '1e3', 1000],
    [wholeNumber(0), '0', 0],
    [seed, '4294967295', 4294967295],
    [positiveNumber, '1e-3', 0.001],
    [positiveNumber, '.5', 0.5],
    [nonNegativeNumber, '0', 0],
    [fraction, '0.9', 0.9],
    [hiddenUnits, '100', [100]],
    [hiddenUnits, '200,100', [200, 100]],
    [hiddenUnits, ' 3 , 4 ', [3, 4]],
    [hiddenUnits, '', []],
    [optimizer, 'SGD', 'sgd'],
    [optimizer, 'adam', 'Adam'],
    [onOrOff, 'true', true],
    [onOrOff, 'false', false],
  ])('%o reads "%s"', (rule, text, value) => {
    expect(readText(rule, text)).toEqual(value);
  });

  it.each<[Rule, string]>([
    [wholeNumber(1), '0'],
    [wholeNumber(1), '1.5'],
    [wholeNumber(1), '-3'],
    [wholeNumber(1), ''],
    [wholeNumber(1), '0x10'],
    [wholeNumber(1), '1e400'],
    [wholeNumber(0), '-1'],
    [seed, '4294967296'],
    [seed, '-1'],
    [positiveNumber, 'NaN'],
    [positiveNumber, '0'],
    [positiveNumber, 'Infinity'],
    [positiveNumber, '-1e-3'],
    [nonNegativeNumber, '-0.1'],
    [fraction, '1'],
    [fraction, 'x'],
    [hiddenUnits, '100,'],
    [hiddenUnits, '0'],
    [hiddenUnits, '1.5'],
    [hiddenUnits, 'a'],
    [hiddenUnits, '10;20'],
    [hiddenUnits, '-1'],
    [hiddenUnits, Array(1001).fill('1').join()],
    [optimizer, 'lion'],
    [onOrOff, 'yes'],
  ])('%o refuses "%s"', (rule, text) => {
    expect(readText(rule, text)).toBeUndefined();
  });

  it('reads what writeText writes', () => {
    const written: [Rule, fc.Arbitrary<unknown>][] = [
      [wholeNumber(0), fc.maxSafeNat()],
      [nonNegativeNumber, fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })],
      [hiddenUnits, fc.array(fc.integer({ min: 1 }), { maxLength: 5 })],
      [optimizer, fc.constantFrom('sgd', 'Adam')],
      [onOrOff, fc.boolean()],
    ];
    for (const [rule, values] of written) {
      fc.assert(
        fc.property(values, (value) => {
          expect(readText(rule, writeText(value))).toEqual(value);
        }),
      );
    }
  });
});

it.each([1, '', 'undefined', 'NaN', '[object Object]', 'x'.repeat(501)])('%j says nothing', (value) => {
  expect(v.is(words, value)).toBe(false);
});
