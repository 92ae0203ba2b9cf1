import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlotError } from './errors.js';
import { sparkline } from './sparkline.js';

describe('sparkline', () => {
  it('climbs from the lowest to the highest character', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([0, 1, 2, 3, 4, 5, 6], { charset: 'ascii' })).toBe('_.-=+*#');
  });

  it('averages groups of neighbours when there are more values than columns', () => {
    expect(sparkline([0, 2, 10, 12, 20, 22], { width: 3 })).toBe('▁▅█');
  });

  it('leaves blanks for gaps', () => {
    expect(sparkline([0, Number.NaN, 1])).toBe('▁ █');
    expect(sparkline([Number.NaN])).toBe(' ');
  });

  it('is flat for a constant and empty for nothing', () => {
    expect(sparkline([3, 3, 3])).toBe('▅▅▅');
    expect(sparkline([])).toBe('');
  });

  it('never exceeds the width', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 1, max: 50 }), (values, width) => {
        const text = sparkline(values, { width });
        expect([...text]).toHaveLength(Math.min(width, values.length));
        expect(text).toMatch(/^[▁▂▃▄▅▆▇█ ]*$/);
      }),
    );
  });

  it.each([0, 1001, Number.NaN])('refuses the width %s', (width) => {
    expect(() => sparkline([1], { width })).toThrow(PlotError);
  });
});
