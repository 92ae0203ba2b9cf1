import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dashFlags,
  fraction,
  hiddenUnits,
  nonNegativeInteger,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  positiveNumber,
  seed,
  threadCount,
} from './flags.js';

describe('dashFlags', () => {
  test("accepts the practical's underscores in the flag, not in its value", () => {
    expect(dashFlags(['--dnn_hidden_units', '10_0', '--data_dir=my_data/a_b', 'a_b'])).toEqual([
      '--dnn-hidden-units',
      '10_0',
      '--data-dir=my_data/a_b',
      'a_b',
    ]);
  });

  test('leaves everything after -- alone', () => {
    expect(dashFlags(['--eval_freq', '1', '--', '--my_file.png'])).toEqual(['--eval-freq', '1', '--', '--my_file.png']);
  });

  test('keeps arguments that are no flags, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((text) => !text.startsWith('--'))), (argv) => {
        expect(dashFlags(argv)).toEqual(argv);
      }),
    );
  });
});

describe('numbers', () => {
  test.each([
    [positiveInteger, '200', 200],
    [positiveInteger, '1e3', 1000],
    [nonNegativeInteger, '0', 0],
    [seed, '4294967295', 4294967295],
    [threadCount, '1024', 1024],
    [positiveNumber, '1e-3', 0.001],
    [positiveNumber, '.5', 0.5],
    [nonNegativeNumber, '0', 0],
    [fraction, '0.9', 0.9],
  ])('%o reads %s', (parse, text, value) => {
    expect(parse(text)).toBe(value);
  });

  test.each([
    [positiveInteger, '0'],
    [positiveInteger, '1.5'],
    [positiveInteger, '-3'],
    [positiveInteger, ''],
    [positiveInteger, '0x10'],
    [positiveInteger, '1e400'],
    [nonNegativeInteger, '-1'],
    [seed, '4294967296'],
    [seed, '-1'],
    [threadCount, '0'],
    [threadCount, '1025'],
    [threadCount, '1.5'],
    [positiveNumber, 'NaN'],
    [positiveNumber, '0'],
    [positiveNumber, 'Infinity'],
    [positiveNumber, '-1e-3'],
    [nonNegativeNumber, '-0.1'],
    [fraction, '1'],
    [fraction, 'x'],
  ])('%o refuses "%s"', (parse, text) => {
    expect(() => parse(text)).toThrow(/must be a/);
  });
});

describe('hiddenUnits', () => {
  test.each([
    ['100', [100]],
    ['200,100', [200, 100]],
    [' 3 , 4 ', [3, 4]],
    ['', []],
  ])('reads "%s"', (text, units) => {
    expect(hiddenUnits(text)).toEqual(units);
  });

  test.each(['100,', '0', '1.5', 'a', '10;20', '-1'])('refuses "%s"', (text) => {
    expect(() => hiddenUnits(text)).toThrow(/no number of units/);
  });
});

describe('oneOf', () => {
  test('ignores case and lists the valid values', () => {
    const parse = oneOf('sgd', 'adam');
    expect(parse('SGD')).toBe('sgd');
    expect(() => parse('lion')).toThrow('sgd, adam');
  });
});
