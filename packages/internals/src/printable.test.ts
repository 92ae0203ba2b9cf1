import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableLines } from './printable.js';

describe('printable', () => {
  it.each([
    ['a\u001b[31mb', 'a\\u001b[31mb'],
    ['\u0000\t\n\r\u007f', '\\u0000\\u0009\\u000a\\u000d\\u007f'],
    ['\u0085\u009b', '\\u0085\\u009b'],
    ['\u202agpj\u202e', '\\u202agpj\\u202e'],
    ['\u2066\u2069\u200e\u200f\u061c', '\\u2066\\u2069\\u200e\\u200f\\u061c'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\ud83d \ude80', '\\ud83d \\ude80'],
  ])('shows what a terminal would obey: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves all other text as it is', () => {
    for (const text of ['Grüße, 猫 🚀 ± “quoted” \\u001b', '']) expect(printable(text)).toBe(text);
  });

  it('keeps JSON the same JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = printable(JSON.stringify({ text }));
        expect(JSON.parse(line)).toEqual({ text });
        expect(line).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

it('printableLines keeps the ends of lines', () => {
  expect(printableLines('a\u001b\n\nb\r\n')).toBe('a\\u001b\n\nb\\u000d\n');
});
