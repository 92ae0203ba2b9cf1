import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smooth, smoothAt } from './smooth.js';

/** The definition, term by term. */
function fitAt(data: readonly number[], window: number, i: number): number {
  const half = Math.floor(window / 2);
  const first = Math.max(0, Math.min(i - half, data.length - 1 - 2 * half));
  const last = Math.min(data.length - 1, Math.max(i + half, 2 * half));
  const reach = Math.max(i - first, last - i) + 1;
  let [w, wd, wdd, wv, wdv] = [0, 0, 0, 0, 0];
  for (let j = first; j <= last; j++) {
    if (!Number.isFinite(data[j])) continue;
    const d = j - i;
    const weight = (1 - (Math.abs(d) / reach) ** 3) ** 3;
    const v = data[j]! - data[i]!;
    w += weight;
    wd += weight * d;
    wdd += weight * d * d;
    wv += weight * v;
    wdv += weight * d * v;
  }
  const determinant = w * wdd - wd * wd;
  return data[i]! + (determinant > 0 ? (wdd * wv - wd * wdv) / determinant : wv / w);
}

/** Noisy, falling, the same in every run. */
const curve = (length: number) =>
  Array.from({ length }, (_, i) => 2.3 * Math.exp(-i / length) + 0.2 * Math.sin(i * i) + 0.1 * Math.cos(7 * i));

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
const windows = fc.integer({ min: 1, max: 41 });

describe('smooth', () => {
  it('fits the weighted least-squares line of the nearest values', () => {
    const data = [2.3, 2.2, 2.25, 1.9, 2.0, 1.7, 1.75, 1.5, 1.6];
    // Index 3 sees 1 … 5 with tricube weights of distances 2, 1, 0, 1, 2 over 3; the line's value there is the mean.
    const [w0, w1, w2] = [1, (1 - 1 / 27) ** 3, (1 - 8 / 27) ** 3];
    const mean = (w0 * 1.9 + w1 * (2.25 + 2.0) + w2 * (2.2 + 1.7)) / (w0 + 2 * w1 + 2 * w2);
    expect(smooth(data, 5)[3]).toBeCloseTo(mean, 12);
  });

  it('fits a line at the ends, too', () => {
    const data = [3, 1, 2];
    // Index 0 sees all three with weights of distances 0, 1, 2 over 3: solve the 2 x 2 normal equations.
    const w = [1, (1 - 1 / 27) ** 3, (1 - 8 / 27) ** 3];
    const [s0, s1, s2] = [w[0]! + w[1]! + w[2]!, w[1]! + 2 * w[2]!, w[1]! + 4 * w[2]!];
    const [t0, t1] = [w[0]! * 3 + w[1]! + w[2]! * 2, w[1]! + 2 * w[2]! * 2];
    expect(smooth(data, 3)[0]).toBeCloseTo((s2 * t0 - s1 * t1) / (s0 * s2 - s1 * s1), 12);
  });

  it.each([
    [1, 5],
    [2, 3],
    [5, 3],
    [6, 5],
    [9, 9],
    [12, 11],
    [23, 23],
    [23, 200],
    [300, 31],
    [300, 151],
    [301, 299],
    [2000, 201],
  ])('gives the fit of the definition at each of %i values with a window of %i', (length, window) => {
    const whole = curve(length);
    const gappy = whole.map((value, i) => (i % 7 === 3 || (i > 40 && i < 90) ? Number.NaN : value));
    for (const data of [whole, gappy]) {
      const [low, high] = [Math.min(...data.filter(Number.isFinite)), Math.max(...data.filter(Number.isFinite))];
      smooth(data, window).forEach((value, i) => {
        const expected = Math.min(high, Math.max(low, fitAt(data, window, i)));
        if (Number.isFinite(data[i])) expect(Math.abs(value - expected)).toBeLessThan(1e-11);
        else expect(value).toBeNaN();
      });
    }
  });

  it('takes no longer for a large window than for a small one: half a million values with a window of a tenth', () => {
    const data = curve(500_000);
    const smoothed = smooth(data, 50_001);
    for (const i of [0, 1, 20_000, 25_000, 31_415, 250_000, 480_000, 499_999]) {
      expect(Math.abs(smoothed[i]! - fitAt(data, 50_001, i))).toBeLessThan(1e-9);
    }
  });

  it('keeps a huge value to the windows that hold it', () => {
    const calm = curve(1000);
    const smoothed = smooth(
      calm.map((value, i) => (i === 500 ? 1e40 : value)),
      101,
    );
    const expected = smooth(calm, 101);
    expect(smoothed.slice(0, 450)).toEqual(expected.slice(0, 450));
    smoothed.slice(551).forEach((value, i) => {
      expect(Math.abs(value - expected[551 + i]!)).toBeLessThan(1e-12);
    });
  });

  it('leaves straight lines as they are, ends included, so it does not lag', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        windows,
        fc.integer({ min: -9, max: 9 }),
        (length, window, slope) => {
          const line = Array.from({ length }, (_, i) => 5 + slope * i);
          smooth(line, window).forEach((value, i) => {
            expect(value).toBeCloseTo(line[i]!, 8);
          });
        },
      ),
    );
  });

  it('does not care for the direction of time', () => {
    fc.assert(
      fc.property(values, windows, (data, window) => {
        const backwards = smooth([...data].reverse(), window).reverse();
        smooth(data, window).forEach((value, i) => {
          expect(Math.abs(value - backwards[i]!)).toBeLessThan(1e-5);
        });
      }),
    );
  });

  it('stays within the range of the values', () => {
    fc.assert(
      fc.property(values, windows, (data, window) => {
        const [low, high] = [Math.min(...data), Math.max(...data)];
        for (const value of smooth(data, window)) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
      }),
    );
  });

  it('makes a finite value of every finite one, however large', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), windows, (data, window) => {
        expect([...smooth(data, window)].map(Number.isFinite)).toEqual(data.map(Number.isFinite));
      }),
    );
  });

  it('reduces noise', () => {
    const noisy = Array.from({ length: 200 }, (_, i) => 1 + (i % 2 === 0 ? 0.5 : -0.5));
    for (const value of smooth(noisy, 21)) expect(Math.abs(value - 1)).toBeLessThan(0.15);
  });

  it('keeps non-finite values as gaps that do not spread', () => {
    const smoothed = smooth([1, 1, Number.NaN, 1, Number.POSITIVE_INFINITY, 1], 5);
    expect([...smoothed]).toEqual([1, 1, Number.NaN, 1, Number.NaN, 1]);
  });

  it('returns the values themselves for a window of 1', () => {
    fc.assert(
      fc.property(values, (data) => {
        expect([...smooth(data, 1)]).toEqual(data);
      }),
    );
  });

  it('is empty for no values', () => {
    expect(smooth([], 5)).toHaveLength(0);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the window %s', (window) => {
    expect(() => smooth([1, 2], window)).toThrow(`The smoothing window is ${window}: give a number at least 1`);
  });
});

describe('smoothAt', () => {
  it('gives, to the bit, what smooth gives at the indices', () => {
    const mixed = fc.array(
      fc.oneof({ weight: 9, arbitrary: fc.double({ min: -9, max: 9 }) }, { weight: 1, arbitrary: fc.double() }),
      {
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(mixed, fc.integer({ min: 1, max: 400 }), fc.func(fc.boolean()), (data, window, isWanted) => {
        const indices = Int32Array.from(data.keys()).filter(isWanted);
        const all = smooth(data, window);
        expect(smoothAt(data, window, indices)).toEqual(Float64Array.from(indices, (i) => all[i]!));
      }),
    );
  });

  it.each([1, 2, 97, 5000])('sees all values where it is asked for every %ith of many', (stride) => {
    const data = curve(20_000).map((value, i) => (i % 1000 === 999 ? Number.NaN : value));
    const indices = Int32Array.from({ length: Math.ceil(data.length / stride) }, (_, k) => k * stride);
    const all = smooth(data, 2001);
    expect(smoothAt(data, 2001, indices)).toEqual(Float64Array.from(indices, (i) => all[i]!));
  });

  it('refuses a wrong window', () => {
    expect(() => smoothAt([1], 0, Int32Array.of(0))).toThrow('The smoothing window is 0: give a number at least 1');
  });
});
