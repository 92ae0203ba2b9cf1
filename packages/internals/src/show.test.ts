import fc from 'fast-check';
import { expect, test } from 'vitest';
import { show } from './show.js';

test.each<[unknown, string]>([
  ['a "b"\n', '"a \\"b\\"\\n"'],
  ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
  [[4, 10], '[4, 10]'],
  [[null, 8, 'S'], '[null, 8, "S"]'],
  [[[1], 2], '[[…], 2]'],
  [new Array(11).fill(0), 'an array of 11'],
  [{ a: 1 }, 'an object'],
  [new Float32Array(2), 'an object'],
  [() => 1, 'a function'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Number.NaN, 'NaN'],
  [Symbol('s'), 'Symbol(s)'],
  [5n, '5'],
])('%o', (value, shown) => {
  expect(show(value)).toBe(shown);
});

test('anything at all is one short line', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const shown = show(value);
      expect(shown).not.toMatch(/\n/);
      expect(shown.length).toBeLessThan(5000);
    }),
  );
});
