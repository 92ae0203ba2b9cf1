import { networks as builtInNetworks } from '@cifarlab/experiment';
import { readBytes } from '@cifarlab/experiment/records';
import { decodeJsonText } from '@cifarlab/trainer/node';
import { SweepError } from '../sweep-error.js';
import { fault, isObject, quoted, shortJson, show } from './file-faults.js';
import { checkFlagValue, type Flags, type FlagValue } from './flag-values.js';
import { checkSearch, type Search, type SearchDescription } from './search.js';

/** A sweep as its file describes it. */
export interface SweepFile {
  /** The network's name. */
  model: string;
  /** Settings that all configurations have in common. */
  settings: Flags;
  /** One entry for each variant; its settings come before those of `settings`. */
  list: readonly Flags[];
  /** Values of settings, each of which is combined with all others and with each entry of `list`. */
  grid: Readonly<Record<string, readonly FlagValue[]>>;
  /** Values that are drawn, in place of a grid; undefined for none. */
  search?: Search | undefined;
  /** Every configuration is trained with each of them. */
  seeds: readonly number[];
}

/** A sweep as a program describes it. Default: no settings, no variants, the seed 42. */
export type SweepDescription = Pick<SweepFile, 'model'> &
  Partial<Omit<SweepFile, 'search'>> & { search?: SearchDescription | undefined };

/** Options for reading a sweep file. */
export interface ReadSweepOptions {
  /** The networks that it may be about. Default: those of `@cifarlab/experiment`. */
  networks?: readonly { readonly name: string }[] | undefined;
}

/** Largest size of a sweep file: room for thousands of entries. */
const MOST_BYTES = 2 ** 20;

/** Brackets within brackets: the file, its grid and the values of a setting are three. */
const DEEPEST = 10;

const keys = ['model', 'settings', 'list', 'grid', 'search', 'seeds'] as const;

/**
 * Reads a sweep file, in UTF-8 or UTF-16.
 *
 * @throws SweepError, `no-file`, when there is no such file; as `parseSweepFile`, or when it is larger than 1 MiB.
 */
export async function readSweepFile(path: string, options: ReadSweepOptions = {}): Promise<SweepFile> {
  const bytes = await readBytes(path, MOST_BYTES);
  if (bytes === undefined) {
    throw new SweepError({ code: 'no-file', place: path, rule: 'does not exist', remedy: 'check the path' });
  }
  if (bytes.length > MOST_BYTES) {
    const rule = "has more than the 1 MiB that a sweep's file may have";
    throw new SweepError({ code: 'file', place: path, rule, remedy: 'split it into several' });
  }
  let text: string;
  try {
    text = decodeJsonText(bytes);
  } catch (error) {
    throw notJson(path, error);
  }
  return parseSweepFile(text, path, options);
}

/**
 * Reads the text of a sweep file. Whether the network has the settings is not looked at here.
 *
 * @param path for messages.
 * @throws SweepError, `file`, naming the key that is wrong and what it must be.
 */
export function parseSweepFile(text: string, path: string, options: ReadSweepOptions = {}): SweepFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw notJson(path, error);
  }
  try {
    return completeSweep(content, options);
  } catch (error) {
    throw error instanceof SweepError ? error.within(path) : error;
  }
}

/**
 * Checks the description of a sweep and fills in the defaults.
 *
 * @throws SweepError, `file`, naming the key that is wrong and what it must be.
 */
export function completeSweep(content: unknown, { networks = builtInNetworks }: ReadSweepOptions): SweepFile {
  if (isDeeperThan(DEEPEST, content)) {
    throw fault('it', `has objects or arrays in more than ${DEEPEST} others, and a sweep needs three`, {
      remedy: 'take them out',
    });
  }
  if (!isObject(content)) {
    throw fault('a sweep', `is an object such as {"model": "mlp", …}, and this is ${show(content)}`, {
      value: content,
    });
  }
  const unknown = Object.keys(content).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined) {
    throw fault(shortJson(unknown), `is none of ${quoted(keys)}`, {
      value: content[unknown],
      remedy: 'flags of train belong into "settings", "list" or "grid"',
    });
  }
  const { model, settings = {}, list = [{}], grid = {}, search, seeds = [42] } = content;
  if (search !== undefined && !(isObject(grid) && Object.keys(grid).length === 0)) {
    throw fault('"search"', 'takes the place of "grid", and both are there', { remedy: 'leave one out' });
  }
  const names = networks.map(({ name }) => name);
  if (!names.some((name) => name === model)) {
    throw fault('"model"', `must be one of ${quoted(names)}, and is ${show(model)}`, { value: model });
  }
  return {
    model: model as string,
    settings: checkFlags(settings, '"settings"'),
    list: checkList(list).map((entry, index) => checkFlags(entry, `"list" entry ${index + 1}`)),
    grid: checkGrid(grid),
    ...(search === undefined ? {} : { search: checkSearch(search) }),
    seeds: checkSeeds(seeds),
  };
}

function checkFlags(flags: unknown, place: string): Flags {
  if (!isObject(flags)) {
    throw fault(place, `must be an object of flags such as {"flip": true}, and is ${show(flags)}`, { value: flags });
  }
  for (const [flag, value] of Object.entries(flags)) checkFlagValue(value, `${place} "${flag}"`);
  return flags as Flags;
}

function checkList(list: unknown): unknown[] {
  if (Array.isArray(list) && list.length > 0) return list;
  const rule = `must be an array of objects with flags, one at least, and is ${show(list)}`;
  throw fault('"list"', rule, { value: list, remedy: 'or leave it out' });
}

function checkGrid(grid: unknown): SweepFile['grid'] {
  if (!isObject(grid)) {
    throw fault('"grid"', `must be an object of flags with arrays of values, and is ${show(grid)}`, { value: grid });
  }
  for (const [flag, values] of Object.entries(grid)) {
    const place = `"grid" "${flag}"`;
    if (!Array.isArray(values) || values.length === 0) {
      throw fault(place, `must be an array of values, one at least, and is ${show(values)}`, { value: values });
    }
    for (const value of values) checkFlagValue(value, place);
  }
  return grid as SweepFile['grid'];
}

function checkSeeds(seeds: unknown): number[] {
  if (!Array.isArray(seeds) || seeds.length === 0) {
    throw fault('"seeds"', `must be an array of whole numbers, one at least, and is ${show(seeds)}`, { value: seeds });
  }
  const seen = new Set<number>();
  for (const seed of seeds) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw fault('"seeds"', `must be whole numbers from 0 to 4294967295, and one is ${show(seed)}`, { value: seed });
    }
    if (seen.has(seed)) throw fault('"seeds"', `has ${seed} twice`, { value: seed, remedy: 'name each seed once' });
    seen.add(seed);
  }
  return seeds as number[];
}

function notJson(path: string, error: unknown): SweepError {
  const rule = `is not valid JSON (${(error as Error).message})`;
  return new SweepError({ code: 'file', place: path, rule, remedy: 'correct it there' }, { cause: error });
}

/** Goes down level by level rather than by recursion, which has a limit of its own. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
