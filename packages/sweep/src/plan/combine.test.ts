import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine } from './combine.js';
import type { Flags, FlagValue } from './flag-values.js';

const value = fc.oneof(fc.integer(), fc.boolean(), fc.string());
const flagsNamed = (prefix: string) =>
  fc.dictionary(
    fc.constantFrom('a', 'b', 'c').map((name) => prefix + name),
    value,
    { noNullPrototype: true },
  );
const grid = fc.dictionary(
  fc.constantFrom('grid-a', 'grid-b', 'grid-c'),
  fc.array(value, { minLength: 1, maxLength: 3 }),
  {
    noNullPrototype: true,
  },
);
const file = fc.record({
  settings: flagsNamed(''),
  list: fc.array(flagsNamed(''), { minLength: 1, maxLength: 3 }),
  grid,
});

describe('combine', () => {
  it('makes every combination of the list and the grid once, on top of the settings', () => {
    fc.assert(
      fc.property(file, ({ settings, list, grid }) => {
        const combinations = combine({ settings, list, grid });
        const sizes = Object.values(grid).map((values) => values.length);
        expect(combinations).toHaveLength(sizes.reduce((product, size) => product * size, list.length));
        // Each combination, told by where its values stand, comes up once.
        const places = Object.entries(grid).reduce<Record<string, FlagValue>[]>(
          (all, [flag, values]) => all.flatMap((flags) => values.map((one) => ({ ...flags, [flag]: one }))),
          [{}],
        );
        const wanted = list.flatMap((entry) => places.map((place) => ({ ...settings, ...entry, ...place })));
        expect(combinations.map(sorted).sort()).toEqual(wanted.map(sorted).sort());
      }),
    );
  });

  it('gives the same set whatever the order of the grid’s flags and values, and of the list', () => {
    fc.assert(
      fc.property(file, ({ settings, list, grid }) => {
        const reversed = Object.fromEntries(
          Object.entries(grid)
            .reverse()
            .map(([flag, values]) => [flag, [...values].reverse()]),
        );
        const other = combine({ settings, list: [...list].reverse(), grid: reversed });
        expect(other.map(sorted).sort()).toEqual(combine({ settings, list, grid }).map(sorted).sort());
      }),
    );
  });

  it('lets an entry of the list and the grid come before the settings', () => {
    const settings = { momentum: 0, flip: false, crop: 4 };
    expect(combine({ settings, list: [{ momentum: 0.9 }], grid: { flip: [true] } })).toEqual([
      { momentum: 0.9, flip: true, crop: 4 },
    ]);
  });

  it('refuses a flag in the list and in the grid', () => {
    const list: Flags[] = [{}, { momentum: 0.9 }];
    expect(() => combine({ settings: {}, list, grid: { momentum: [0.5] } })).toThrow(
      '"momentum" is in "grid" and in "list" entry 2; keep it in one of them, or in "settings"',
    );
  });
});

function sorted(flags: object): string {
  return JSON.stringify(Object.entries(flags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
