import { SweepError } from '../sweep-error.js';
import { drawFlags } from './draw.js';
import type { Flags } from './flag-values.js';
import { isLed } from './search.js';
import type { SweepFile } from './sweep-file.js';

/**
 * Returns every combination of an entry of the list and a value of each flag in the grid, on top of the common settings; the
 * grid's last flag changes fastest. A search has what it draws in place of the grid's combinations; what a led one draws is not
 * known before.
 *
 * @throws SweepError when a flag is in the grid or the search and in an entry of the list, where one would undo the other, or
 *   when the search cannot draw as many different configurations.
 */
export function combine({
  settings,
  list,
  grid,
  search,
}: Pick<SweepFile, 'settings' | 'list' | 'grid' | 'search'>): Flags[] {
  const varied = search === undefined ? { name: 'grid', flags: grid } : { name: 'search', flags: search.space };
  for (const [index, entry] of list.entries()) {
    const both = Object.keys(entry).find((flag) => Object.hasOwn(varied.flags, flag));
    if (both === undefined) continue;
    throw new SweepError({
      code: 'plan',
      place: `"${both}"`,
      rule: `is in "${varied.name}" and in "list" entry ${index + 1}`,
      remedy: 'keep it in one of them, or in "settings"',
    });
  }
  let combinations: Flags[] = list.map((entry) => ({ ...settings, ...entry }));
  for (const [flag, values] of Object.entries(grid)) {
    combinations = combinations.flatMap((flags) => values.map((value) => ({ ...flags, [flag]: value })));
  }
  if (search === undefined || isLed(search)) return combinations;
  const drawn = drawFlags(search);
  return combinations.flatMap((flags) => drawn.map((own) => ({ ...flags, ...own })));
}
