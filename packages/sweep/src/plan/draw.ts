import { RandomState } from '@cifarlab/numpy-random';
import { SweepError } from '../sweep-error.js';
import type { Flags, FlagValue } from './flag-values.js';
import type { Distribution, Search } from './search.js';

/** Digits of a drawn number, which stands in names and on command lines. */
const DIGITS = 4;

/** Draws for each configuration that is wanted, before those that are the same as earlier ones are too many. */
const MOST_ATTEMPTS = 200;

/**
 * Draws the configurations of a search, one after the other, each different from those before: more of them begin with the
 * same ones.
 *
 * @throws SweepError, `plan`, when the space has fewer.
 */
export function drawFlags({ trials, seed, space }: Pick<Search, 'trials' | 'seed' | 'space'>): Flags[] {
  const random = new RandomState(seed);
  const drawn = new Map<string, Flags>();
  for (let attempt = 0; drawn.size < trials && attempt < MOST_ATTEMPTS * trials; attempt++) {
    const flags = Object.fromEntries(
      Object.entries(space).map(([flag, distribution]) => [flag, drawValue(distribution, random)]),
    );
    const key = JSON.stringify(flags);
    if (!drawn.has(key)) drawn.set(key, flags);
  }
  if (drawn.size === trials) return [...drawn.values()];
  throw new SweepError({
    code: 'plan',
    place: '"search" "trials"',
    value: trials,
    rule: `is ${trials}, and the space gave no more than ${drawn.size} different configurations`,
    remedy: 'give fewer trials or a larger space; a grid has all of a small one',
  });
}

function drawValue(distribution: Distribution, random: RandomState): FlagValue {
  if ('choice' in distribution) return distribution.choice[below(distribution.choice.length, random)]!;
  if ('integer' in distribution) {
    const [from, to] = distribution.integer;
    return from + below(to - from + 1, random);
  }
  if ('uniform' in distribution) {
    const [from, to] = distribution.uniform;
    return shortNumber(random.uniform(from, to), [from, to]);
  }
  const [from, to] = distribution['log-uniform'];
  return shortNumber(Math.exp(random.uniform(Math.log(from), Math.log(to))), [from, to]);
}

/** Returns a whole number from 0, below this one. */
function below(count: number, random: RandomState): number {
  return Math.floor(random.random() * count);
}

/** Rounds a number to a few digits, within its range. */
export function shortNumber(value: number, [from, to]: readonly [number, number]): number {
  return Math.min(Math.max(Number(value.toPrecision(DIGITS)), from), to);
}
