import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutNote, roundRange, shownRange } from './shown-range.js';

const finite = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
const values = fc.array(finite, { minLength: 1, maxLength: 200 });

/** Returns a loss that falls from `first` to `last`. */
const decay = (length: number, first: number, last: number) =>
  Array.from({ length }, (_, i) => last + (first - last) * Math.exp((-5 * i) / length));

describe('shownRange', () => {
  it('cuts a first evaluation of 7.1 off', () => {
    const evaluations = [7.1, ...decay(14, 2.1, 1.4)];
    expect(shownRange([...decay(1400, 2.3, 1.3), ...evaluations])).toMatchObject({ above: 7.1, below: undefined });
    expect(shownRange([...decay(1400, 2.3, 1.3), ...evaluations])!.high).toBe(2.3);
    expect(shownRange(evaluations)!.high).toBeLessThan(2.2);
  });

  it('leaves the start of a usual training where it is', () => {
    expect(shownRange(decay(1400, 2.3, 0.3))).toMatchObject({ high: 2.3, above: undefined, below: undefined });
  });

  it('cuts nothing where that would gain little', () => {
    const bulk = decay(1000, 0.8, 0.5);
    expect(shownRange([...bulk, 2.3, 2])).toMatchObject({ high: 0.8, above: 2.3 });
    expect(shownRange([...bulk, 2.3, 2, ...Array.from({ length: 90 }, () => 0.2)])).toMatchObject({ high: 2.3 });
    expect(shownRange([...bulk, 1.6, 1.5, 1.4, 1.2])).toMatchObject({ high: 1.6, above: undefined });
  });

  it('cuts at the lower end too', () => {
    expect(shownRange([...decay(100, 2, 1), -40])).toMatchObject({ low: expect.closeTo(1, 1), below: -40, high: 2 });
  });

  it('cuts by the logarithms on a log scale', () => {
    const powers = Array.from({ length: 100 }, (_, i) => 10 ** (-i / 20));
    expect(shownRange(powers, 'log')).toMatchObject({ above: undefined, below: undefined });
    expect(shownRange([...powers, 1e30], 'log')).toMatchObject({ high: 1, above: 1e30 });
  });

  it('does not count values that are not finite', () => {
    const bulk = decay(100, 2, 1);
    expect(shownRange([...bulk, Number.NaN, Number.POSITIVE_INFINITY])).toEqual(shownRange(bulk));
    expect(shownRange([Number.NaN])).toBeUndefined();
    expect(shownRange([])).toBeUndefined();
  });

  it('ends at values, and tells the farthest that it leaves out', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { low, high, below, above } = shownRange(all)!;
        expect(all).toContain(low);
        expect(all).toContain(high);
        expect(below ?? low).toBe(all.reduce((a, b) => Math.min(b, a)));
        expect(above ?? high).toBe(all.reduce((a, b) => Math.max(b, a)));
        if (below !== undefined) expect(below).toBeLessThan(low);
        if (above !== undefined) expect(above).toBeGreaterThan(high);
      }),
    );
  });

  it('leaves out at most a tenth of the values', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { low, high } = shownRange(all)!;
        const out = all.filter((value) => value < low || value > high).length;
        expect(out).toBeLessThanOrEqual(Math.ceil(all.length / 20) * 2);
      }),
    );
  });

  it('cuts nothing where the bulk fills a quarter of the range', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 20, maxLength: 200 }), (all) => {
        const sorted = Float64Array.from(all).sort();
        const [most, least] = [sorted.at(-1)!, sorted[0]!];
        const tenth = Math.ceil(all.length / 10);
        fc.pre(most > least && sorted.at(-tenth)! - sorted[tenth - 1]! >= (most - least) / 4);
        expect(shownRange(all)).toMatchObject({ low: least, high: most, below: undefined, above: undefined });
      }),
    );
  });

  it('does not let a few values squeeze the others, however far they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.double({ min: 100, max: 1e9, noNaN: true }), (count, far) => {
        const bulk = decay(100, 2, 1);
        expect(shownRange([...bulk, ...Array(count).fill(far)])).toMatchObject({ high: 2, above: far });
      }),
    );
  });

  it('is the same whatever the order, and moves and grows with the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 }), (all) => {
        const range = shownRange(all)!;
        expect(shownRange([...all].reverse())).toEqual(range);
        const moved = shownRange(all.map((value) => 4 * value + 8))!;
        expect(moved.low).toBe(4 * range.low + 8);
        expect(moved.high).toBe(4 * range.high + 8);
      }),
    );
  });
});

describe('roundRange', () => {
  it('widens to round numbers', () => {
    expect(roundRange([1.23, 2.71])).toEqual([expect.closeTo(1.2, 12), expect.closeTo(2.8, 12)]);
    expect(roundRange([0, 10])).toEqual([0, 10]);
  });

  it('holds the range, and adds less than a quarter at either end', () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (low, width) => {
        const [bottom, top] = roundRange([low, low + width]);
        const slack = 1e-6 * Math.max(1, Math.abs(low), width);
        expect(bottom).toBeLessThanOrEqual(low + slack);
        expect(top).toBeGreaterThanOrEqual(low + width - slack);
        expect(low - bottom).toBeLessThanOrEqual(width / 4 + slack);
        expect(top - low - width).toBeLessThanOrEqual(width / 4 + slack);
      }),
    );
  });
});

describe('cutNote', () => {
  it('says how far the values go, at the ends where there are any', () => {
    expect(cutNote({ below: undefined, above: 7.123 })).toBe('cut off: up to 7.12');
    expect(cutNote({ below: -1e-9, above: 1e9 })).toBe('cut off: down to -1.00e-9, up to 1.00e+9');
    expect(cutNote({ below: undefined, above: undefined })).toBeUndefined();
  });
});
