import { describe, expect, it } from 'vitest';
import { dropoutMask, type MaskKey } from './dropout-mask.js';
import { threefry2x32 } from './threefry.js';

const SIZE = 200_000;
const key = { seed: 42, stream: 0, step: 1 };
const dropped = (mask: Float32Array): number[] => Array.from(mask, (value) => (value === 0 ? 1 : 0));

/** Computes the correlation of what two masks of rate 1/2 drop; of independent ones, from N(0, 1/n). */
function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - 1) * (b[i]! - 1);
  return sum / a.length;
}

describe('dropoutMask', () => {
  it('is decided by 16 bits for each element, the lower half of a word first', () => {
    const words = new Uint32Array(50);
    threefry2x32(words, [42, 3], 7);
    const expected = [...words]
      .flatMap((word) => [word & 0xffff, word >>> 16])
      .map((u) => (u < 0.25 * 65536 ? 0 : 4 / 3));
    expect([...dropoutMask(100, 0.25, { seed: 42, stream: 3, step: 7 })]).toEqual(expected.map(Math.fround));
  });

  it('stays the same for ever', () => {
    const golden = (rate: number, maskKey: MaskKey) => dropped(dropoutMask(32, rate, maskKey)).join('');
    expect(golden(0.5, key)).toBe('00101010001000011010110011001011');
    expect(golden(0.25, { seed: 0xffffffff, stream: 0xfffffffe, step: 0xfffffffd })).toBe(
      '00000100000011001101111100010000',
    );
  });

  it.each([0.1, 0.5, 0.9])('drops the part %f, and has the mean 1', (rate) => {
    const mask = dropoutMask(SIZE, rate, key);
    const values = new Set(mask);
    expect(values.size).toBe(2);
    // Four standard errors.
    const tolerance = 4 * Math.sqrt((rate * (1 - rate)) / SIZE);
    const part = dropped(mask).reduce((a, b) => a + b) / SIZE;
    expect(Math.abs(part - rate)).toBeLessThan(tolerance);
    expect(Math.abs(mask.reduce((a, b) => a + b) / SIZE - 1)).toBeLessThan(tolerance / (1 - rate));
  });

  it('takes the rate to the nearest 1/65536, and scales by what it drops', () => {
    expect([...new Set(dropoutMask(SIZE, 1e-6, key))]).toEqual([1]);
    const scale = (rate: number) => dropoutMask(100, rate, key).reduce((a, b) => Math.max(a, b));
    expect(scale(0.1)).toBe(Math.fround(65536 / (65536 - 6554)));
    expect(dropoutMask(SIZE, 1 - 1e-9, key).find((value) => value > 0)).toBe(65536);
  });

  it('has the same beginning whatever the size', () => {
    const whole = dropoutMask(1000, 0.5, key);
    for (const size of [0, 1, 2, 3, 4, 5, 999]) expect(dropoutMask(size, 0.5, key)).toEqual(whole.slice(0, size));
  });

  it('is a part of the whole from any element on', () => {
    const whole = dropoutMask(1000, 0.5, key);
    for (const first of [1, 2, 3, 4, 5, 998]) {
      for (const size of [0, 1, 2]) {
        expect(dropoutMask(size, 0.5, key, first)).toEqual(whole.slice(first, first + size));
      }
    }
    expect(dropoutMask(700, 0.5, key, 299)).toEqual(whole.slice(299, 999));
  });

  it('is uncorrelated with the masks of other seeds, streams and steps, and within itself', () => {
    const masks = new Map<string, Float32Array>();
    const add = (maskKey: MaskKey) => masks.set(JSON.stringify(maskKey), dropoutMask(SIZE, 0.5, maskKey));
    for (let i = 0; i < 3; i++) {
      add({ ...key, seed: i });
      add({ ...key, stream: i });
      add({ ...key, step: i });
    }
    // The same numbers in other places.
    add({ seed: 1, stream: 42, step: 0 });
    add({ seed: 0, stream: 1, step: 42 });
    const all = [...masks.values()];
    expect(all).toHaveLength(10);
    const limit = 5 / Math.sqrt(SIZE);
    all.forEach((a, i) => {
      for (const b of all.slice(i + 1)) expect(Math.abs(correlation(a, b))).toBeLessThan(limit);
      for (const lag of [1, 2, 4, 100, 1000]) {
        expect(Math.abs(correlation(a.subarray(lag), a.subarray(0, SIZE - lag)))).toBeLessThan(limit);
      }
    });
  });

  it('drops every unit and every example equally often', () => {
    // [200, 100] over 100 steps: chi-square with k degrees of freedom has mean k and standard deviation √(2k).
    const [rows, columns, steps] = [200, 100, 100];
    const byRow = new Float64Array(rows);
    const byColumn = new Float64Array(columns);
    for (let step = 1; step <= steps; step++) {
      dropped(dropoutMask(rows * columns, 0.3, { ...key, step })).forEach((drop, i) => {
        byRow[Math.floor(i / columns)]! += drop;
        byColumn[i % columns]! += drop;
      });
    }
    const chiSquare = (counts: Float64Array, n: number) =>
      counts.reduce((sum, count) => sum + (count - 0.3 * n) ** 2 / (n * 0.3 * 0.7), 0);
    for (const [counts, n] of [
      [byRow, columns * steps],
      [byColumn, rows * steps],
    ] as const) {
      const k = counts.length;
      expect(Math.abs(chiSquare(counts, n) - k)).toBeLessThan(4 * Math.sqrt(2 * k));
    }
  });
});
