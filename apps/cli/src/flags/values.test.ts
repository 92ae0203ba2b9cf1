import { wholeNumber } from '@cifarlab/experiment';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { dashFlags, threadCount, valueBy } from './values.js';

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

  test('keeps arguments that are not flags, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((text) => !text.startsWith('--'))), (argv) => {
        expect(dashFlags(argv)).toEqual(argv);
      }),
    );
  });
});

it('reads a value by its rule, or says what it must be', () => {
  expect(valueBy(wholeNumber(1))('1e3')).toBe(1000);
  expect(() => valueBy(wholeNumber(1))('0')).toThrow(/^It must be a whole number of 1 or more\.$/);
  expect(threadCount('1024')).toBe(1024);
  expect(() => threadCount('1025')).toThrow(/^It must be a whole number from 1 to 1024\.$/);
});
