import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlotError } from './errors.js';
import type { Series } from './series.js';
import { terminalCurve } from './terminal-curve.js';
import { columns } from './terminal-text.js';

const series = (values: readonly number[], name = 'test'): Series => ({
  name,
  points: values.map((value, i) => ({ step: i + 1, value })),
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colour codes start with one
const COLOUR_CODE = /\u001b\[\d+m/g;

const anySeries = fc.record({
  name: fc.oneof(fc.constant('train'), fc.string({ unit: 'binary' })),
  points: fc
    .array(fc.record({ step: fc.double({ noNaN: true, noDefaultInfinity: true }), value: fc.double() }), {
      maxLength: 30,
    })
    .map((points) => points.sort((a, b) => a.step - b.step)),
});

describe('terminalCurve', () => {
  it('draws a falling curve in ASCII', () => {
    const text = terminalCurve(series([4, 3, 2, 1, 0]), { width: 26, height: 8, charset: 'ascii', title: 'loss' });
    expect(text).toBe(
      [
        'loss  * test',
        '4.000 |***',
        '      |   ****',
        '2.000 |       *****',
        '      |            ****',
        '    0 |                ***',
        '      +-------------------',
        '       1      step       5',
      ].join('\n'),
    );
  });

  it('draws in braille dots', () => {
    const text = terminalCurve(series([0, 1]), { width: 24, height: 6 });
    expect(text.split('\n').slice(1, 4).join('')).toMatch(/[\u2801-\u28ff]{3,}/);
    expect(text).toContain('└───');
  });

  it('breaks the line at a gap', () => {
    const [whole, gap] = [
      [1, 1, 1, 1, 1],
      [1, 1, Number.NaN, 1, 1],
    ].map((values) => terminalCurve(series(values), { charset: 'ascii', width: 40, height: 6 }));
    expect(whole).toMatch(/\|\*{30,}/);
    expect(gap).toMatch(/\|\*+ +\*+/);
  });

  it('tells series apart by colour, or by marks without it', () => {
    const two = [series([1, 2, 3], 'up'), series([3, 2, 1], 'down')];
    const coloured = terminalCurve(two, { color: true });
    expect(coloured).toContain('\u001b[94m━\u001b[39m up  \u001b[33m━\u001b[39m down');
    const plain = terminalCurve(two);
    expect(plain).toContain('● up  ○ down');
    expect(plain).not.toContain('\u001b');
    expect(plain.split('\n').slice(1).join('')).toMatch(/●.*○/s);
  });

  it('smooths training', () => {
    const noisy = series(
      Array.from({ length: 100 }, (_, i) => i % 2),
      'train',
    );
    expect(terminalCurve(noisy, { smoothing: 1 })).toContain('1.000 │');
    expect(terminalCurve(noisy)).not.toContain('1.000 │');
  });

  it('never exceeds the width or the height, whatever the data', () => {
    fc.assert(
      fc.property(
        fc.array(anySeries, { minLength: 1, maxLength: 4 }),
        fc.record({
          width: fc.integer({ min: 24, max: 200 }),
          height: fc.integer({ min: 6, max: 60 }),
          color: fc.boolean(),
          charset: fc.constantFrom('braille' as const, 'ascii' as const),
          title: fc.string({ unit: 'binary' }),
        }),
        (all, options) => {
          fc.pre(all.some(({ points }) => points.some(({ value }) => Number.isFinite(value))));
          const lines = terminalCurve(all, options).replace(COLOUR_CODE, '').split('\n');
          expect(lines.length).toBeLessThanOrEqual(options.height);
          for (const line of lines) {
            expect(columns(line)).toBeLessThanOrEqual(options.width);
            expect(line).not.toMatch(/\p{Cc}|NaN|undefined/u);
          }
        },
      ),
    );
  });

  it('cuts off a value that sticks out, and says so, unless told otherwise', () => {
    const loss = series([7.1, ...Array.from({ length: 30 }, (_, i) => 2 - i / 30)]);
    const [heading, first] = terminalCurve(loss, { title: 'loss' }).split('\n');
    expect(heading).toMatch(/^loss {2}━ test {2}cut off: up to 7\.10$/);
    expect(first).toMatch(/^ *2\.000 │/);
    const whole = terminalCurve(loss, { title: 'loss', cut: false });
    expect(whole).not.toContain('cut off');
    expect(whole.split('\n')[1]).toMatch(/^ *7\.100 │/);
  });

  it('uses ASCII only when told so', () => {
    const text = terminalCurve([series([1, 2, 3], 'a'), series([2, 1, 3], 'b'.repeat(99))], { charset: 'ascii' });
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('obeys no escape sequence in a name', () => {
    expect(terminalCurve(series([1, 2], 'a\u001b[2Jb'))).toContain('a?[2Jb');
  });

  it.each([
    [[], {}, 'The series hold no finite value to draw: give at least one'],
    [[series([Number.NaN])], {}, 'The series hold no finite value to draw: give at least one'],
    [[series([1])], { width: 10 }, 'The width of the terminal curve is 10: give a number from 24 to 1000'],
    [[series([1])], { height: 5 }, 'The height of the terminal curve is 5: give a number from 6 to 200'],
    [[series([1])], { charset: 'sixel' }, 'charset is "sixel": choose one of braille, ascii'],
    [[series([1])], { smoothing: 0 }, 'smoothing is 0: give a number at least 1'],
    [
      [
        {
          name: 'x',
          points: [
            { step: 2, value: 1 },
            { step: 1, value: 1 },
          ],
        },
      ],
      {},
      'Series "x" goes from step 2 back to 1',
    ],
  ])('refuses what it cannot draw (%#)', (all, options, message) => {
    expect(() => terminalCurve(all, options as object)).toThrow(PlotError);
    expect(() => terminalCurve(all, options as object)).toThrow(message);
  });
});
