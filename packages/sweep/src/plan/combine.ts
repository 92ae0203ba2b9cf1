import { SweepError } from '../sweep-error.js';
import type { Flags, SweepFile } from './sweep-file.js';

/**
 * Returns every combination of an entry of the list and a value of each flag in the grid, on top of the common settings; the
 * grid's last flag changes fastest.
 *
 * @throws SweepError when a flag is in the grid and in an entry of the list, where one would undo the other.
 */
export function combine({ settings, list, grid }: Pick<SweepFile, 'settings' | 'list' | 'grid'>): Flags[] {
  for (const [index, entry] of list.entries()) {
    const both = Object.keys(entry).find((flag) => Object.hasOwn(grid, flag));
    if (both === undefined) continue;
    throw new SweepError({
      code: 'plan',
      place: `"${both}"`,
      rule: `is in "grid" and in "list" entry ${index + 1}`,
      remedy: 'keep it in one of them, or in "settings"',
    });
  }
  let combinations: Flags[] = list.map((entry) => ({ ...settings, ...entry }));
  for (const [flag, values] of Object.entries(grid)) {
    combinations = combinations.flatMap((flags) => values.map((value) => ({ ...flags, [flag]: value })));
  }
  return combinations;
}
