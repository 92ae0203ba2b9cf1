import { fault, isObject, quoted, show } from './file-faults.js';
import { checkFlagValue, type FlagValue } from './flag-values.js';

/** Distribution from which a value is drawn; ranges include both of their ends. */
export type Distribution =
  | { 'log-uniform': readonly [from: number, to: number] }
  | { uniform: readonly [from: number, to: number] }
  | { integer: readonly [from: number, to: number] }
  | { choice: readonly FlagValue[] };

/** Values of flags that are drawn rather than listed. */
export interface Search {
  /** Method of drawing: `random`, each configuration by itself; `tpe`, where earlier ones were good. */
  sampler: Sampler;
  /** Configurations that are drawn. */
  trials: number;
  /** Method of ending trials early: `none`; `asha`, those that are behind others after as many steps. */
  pruner: Pruner;
  /** Seed of the draws: the same seed gives the same configurations, and more `trials` add to them. */
  seed: number;
  /** The flags, each with where its values are drawn from. */
  space: Readonly<Record<string, Distribution>>;
}

/** Method of drawing configurations: `random`, or `tpe`, a tree-structured Parzen estimator (Bergstra et al., 2011). */
export type Sampler = 'random' | 'tpe';

/** Method of ending trials early: `none`, or `asha`, asynchronous successive halving (Li et al., 2020). */
export type Pruner = 'asha' | 'none';

/** A search as a file describes it. Default: no pruner, the seed 42. */
export type SearchDescription = Omit<Search, 'seed' | 'pruner'> & Partial<Search>;

/** Most trials of a sweep. */
const MOST_TRIALS = 10_000;

const keys = ['sampler', 'trials', 'pruner', 'seed', 'space'] as const;
const samplers = ['random', 'tpe'] as const;
const pruners = ['asha', 'none'] as const;
const ranges = ['log-uniform', 'uniform', 'integer'] as const;
const distributions = [...ranges, 'choice'] as const;

/**
 * Checks the description of a search, and fills in the defaults.
 *
 * @throws SweepError, `file`, naming the key that is wrong and what it must be.
 */
export function checkSearch(search: unknown): Search {
  if (!isObject(search)) {
    throw fault('"search"', `must be an object such as {"sampler": "random", …}, and is ${show(search)}`, {
      value: search,
    });
  }
  const unknown = Object.keys(search).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined) {
    throw fault(`"search" ${show(unknown)}`, `is none of ${quoted(keys)}`, { value: search[unknown] });
  }
  const { sampler, trials, pruner = 'none', seed = 42, space } = search;
  return {
    sampler: checkName(sampler, '"sampler"', samplers),
    pruner: checkName(pruner, '"pruner"', pruners),
    trials: checkWhole(trials, '"trials"', [1, MOST_TRIALS]),
    seed: checkWhole(seed, '"seed"', [0, 0xffffffff]),
    space: checkSpace(space),
  };
}

/** Tells whether a search is led: whether what comes next depends on how earlier trials went. */
export function isLed({ sampler, pruner }: Pick<Search, 'sampler' | 'pruner'>): boolean {
  return sampler === 'tpe' || pruner === 'asha';
}

function checkName<Name extends string>(value: unknown, key: string, names: readonly Name[]): Name {
  const known = names.find((name) => name === value);
  if (known !== undefined) return known;
  const rule = `must be ${names.map((name) => `"${name}"`).join(' or ')}, and is ${show(value)}`;
  throw fault(`"search" ${key}`, rule, { value });
}

function checkWhole(value: unknown, key: string, [least, most]: readonly [number, number]): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw fault(`"search" ${key}`, `must be a whole number from ${least} to ${most}, and is ${show(value)}`, { value });
}

function checkSpace(space: unknown): Search['space'] {
  if (!isObject(space) || Object.keys(space).length === 0) {
    const rule = 'must be an object of flags such as {"learning-rate": {"log-uniform": [1e-5, 1e-2]}}';
    throw fault('"search" "space"', `${rule}, and is ${show(space)}`, { value: space });
  }
  for (const [flag, distribution] of Object.entries(space)) checkDistribution(distribution, `"space" "${flag}"`);
  return space as Search['space'];
}

function checkDistribution(distribution: unknown, place: string): void {
  const [name, ...others] = isObject(distribution) ? Object.keys(distribution) : [];
  const known = distributions.find((one) => one === name);
  if (!isObject(distribution) || known === undefined || others.length > 0) {
    const rule = `must be an object with one of ${quoted(distributions)}, and is ${show(distribution)}`;
    throw fault(place, rule, { value: distribution, remedy: 'for example {"uniform": [0, 0.5]}' });
  }
  const given = distribution[known];
  if (known === 'choice') checkChoice(given, `${place} "choice"`);
  else checkRange(given, known, `${place} "${known}"`);
}

function checkChoice(values: unknown, place: string): void {
  if (!Array.isArray(values) || values.length === 0) {
    throw fault(place, `must be an array of values, one at least, and is ${show(values)}`, { value: values });
  }
  for (const value of values) checkFlagValue(value, place);
}

function checkRange(range: unknown, name: (typeof ranges)[number], place: string): void {
  const isNumber = name === 'integer' ? Number.isSafeInteger : Number.isFinite;
  const isRange =
    Array.isArray(range) && range.length === 2 && range.every((end) => isNumber(end)) && range[0] < range[1];
  if (!isRange) {
    const numbers = name === 'integer' ? 'whole numbers' : 'numbers';
    throw fault(place, `must be two ${numbers}, the smaller first, and is ${show(range)}`, { value: range });
  }
  if (name === 'log-uniform' && range[0] <= 0) {
    throw fault(place, `must be two numbers above 0, and is ${show(range)}`, {
      value: range,
      remedy: 'or take "uniform"',
    });
  }
}
