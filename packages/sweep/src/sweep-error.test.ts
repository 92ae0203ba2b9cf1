import { expect, test, vi } from 'vitest';
import { SweepError } from './sweep-error.js';

// What a program has that loads the package as an ES module and as CommonJS: the class twice.
vi.resetModules();
const { SweepError: OtherSweepError } = await import('./sweep-error.js');

test('an error of the other build is recognised', () => {
  const error: unknown = new OtherSweepError({ code: 'cores', value: 9, rule: 'is too many', remedy: 'give 2' });
  expect(OtherSweepError).not.toBe(SweepError);
  expect(error instanceof SweepError).toBe(true);
});

test('nothing else is one', () => {
  for (const other of [new Error('SweepError'), { name: 'SweepError' }, 'SweepError', null, undefined]) {
    expect((other as unknown) instanceof SweepError).toBe(false);
  }
});
