import { readBytes } from '@cifarlab/experiment/records';
import { decodeJsonText } from '@cifarlab/trainer/node';
import { CliError, UsageError } from '../errors.js';
import { type ModelName, models } from '../models.js';

/** What a flag may be given in a sweep's file; true and false are for flags without a value. */
export type FlagValue = string | number | boolean;

/** Flags of `train` by name, without the dashes: `{ "learning-rate": 0.01, "flip": true }`. */
export type Flags = Readonly<Record<string, FlagValue>>;

/** A sweep as its file describes it. */
export interface SweepFile {
  model: ModelName;
  /** What all configurations have in common. */
  settings: Flags;
  /** One entry for each variant; its flags come before those of `settings`. */
  list: readonly Flags[];
  /** Values of flags, each of which is combined with all others and with each entry of `list`. */
  grid: Readonly<Record<string, readonly FlagValue[]>>;
  seeds: readonly number[];
}

/** What a sweep of thousands of entries takes. */
const MOST_BYTES = 2 ** 20;

/** Brackets within brackets: the file, its grid and the values of a flag are three. */
const DEEPEST = 10;

const keys = ['model', 'settings', 'list', 'grid', 'seeds'] as const;

/**
 * Reads a sweep's file, in UTF-8 or UTF-16.
 *
 * @throws CliError when there is no such file; UsageError as `parseSweepFile`, or when it is too large.
 */
export async function readSweepFile(path: string): Promise<SweepFile> {
  const bytes = await readBytes(path, MOST_BYTES);
  if (bytes === undefined) throw new CliError(`${path} does not exist; check the path`);
  if (bytes.length > MOST_BYTES) {
    throw new UsageError(`${path} has more than the 1 MiB that a sweep's file may have; split it into several`);
  }
  let text: string;
  try {
    text = decodeJsonText(bytes);
  } catch (error) {
    throw new UsageError(`${path} is not valid JSON (${(error as Error).message}); correct it there`);
  }
  return parseSweepFile(text, path);
}

/**
 * Reads the text of a sweep's file. Whether `train` knows the flags is not looked at here.
 *
 * @param path for messages.
 * @throws UsageError naming the key that is wrong and what it must be.
 */
export function parseSweepFile(text: string, path: string): SweepFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not valid JSON (${(error as Error).message}); correct it there`);
  }
  const refuse = (message: string) => new UsageError(`${path}: ${message}`);
  if (isDeeperThan(DEEPEST, content)) {
    throw refuse(`it has objects or arrays in more than ${DEEPEST} others, and a sweep needs three; take them out`);
  }
  if (!isObject(content))
    throw refuse(`a sweep is an object such as {"model": "mlp", …}, and this is ${show(content)}`);
  const unknown = Object.keys(content).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined) {
    const where = 'flags of train belong into "settings", "list" or "grid"';
    throw refuse(`${shortJson(unknown)} is none of ${keys.map((key) => `"${key}"`).join(', ')}; ${where}`);
  }
  const model = models.find((name) => name === content.model);
  if (model === undefined) {
    throw refuse(
      `"model" must be one of ${models.map((name) => `"${name}"`).join(', ')}, and is ${show(content.model)}`,
    );
  }
  const { settings = {}, list = [{}], grid = {}, seeds = [42] } = content;
  if (!Array.isArray(list) || list.length === 0) {
    throw refuse(`"list" must be an array of objects with flags, one at least, and is ${show(list)}; or leave it out`);
  }
  if (!isObject(grid)) throw refuse(`"grid" must be an object of flags with arrays of values, and is ${show(grid)}`);
  return {
    model,
    settings: parseFlags(settings, '"settings"', refuse),
    list: list.map((entry, index) => parseFlags(entry, `"list" entry ${index + 1}`, refuse)),
    grid: Object.fromEntries(
      Object.entries(grid).map(([flag, values]) => {
        if (!Array.isArray(values) || values.length === 0) {
          throw refuse(`"grid" "${flag}" must be an array of values, one at least, and is ${show(values)}`);
        }
        for (const value of values) parseValue(value, `"grid" "${flag}"`, refuse);
        return [flag, values as FlagValue[]];
      }),
    ),
    seeds: parseSeeds(seeds, refuse),
  };
}

type Refuse = (message: string) => UsageError;

function parseFlags(flags: unknown, place: string, refuse: Refuse): Flags {
  if (!isObject(flags))
    throw refuse(`${place} must be an object of flags such as {"flip": true}, and is ${show(flags)}`);
  for (const [flag, value] of Object.entries(flags)) parseValue(value, `${place} "${flag}"`, refuse);
  return flags as Flags;
}

function parseValue(value: unknown, place: string, refuse: Refuse): void {
  if (['string', 'number', 'boolean'].includes(typeof value)) return;
  const remedy = Array.isArray(value) ? `; write a list of units as "${value}", several values into "grid"` : '';
  throw refuse(`${place} must be a text, a number, true or false, and is ${show(value)}${remedy}`);
}

function parseSeeds(seeds: unknown, refuse: Refuse): number[] {
  if (!Array.isArray(seeds) || seeds.length === 0) {
    throw refuse(`"seeds" must be an array of whole numbers, one at least, and is ${show(seeds)}`);
  }
  const seen = new Set<number>();
  for (const seed of seeds) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw refuse(`"seeds" must be whole numbers from 0 to 4294967295, and one is ${show(seed)}`);
    }
    if (seen.has(seed)) throw refuse(`"seeds" has ${seed} twice; name each seed once`);
    seen.add(seed);
  }
  return seeds as number[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : shortJson(value);
}

/** A value of a sweep's file as JSON for a message, cut where it is long. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
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
