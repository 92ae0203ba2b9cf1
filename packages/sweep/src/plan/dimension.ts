import { shortNumber } from './draw.js';
import { fault } from './file-faults.js';
import type { FlagValue } from './flag-values.js';
import type { Distribution } from './search.js';

/** A dimension of a space as numbers: those of a range, or the places of choices in their list. */
export interface Dimension {
  /** Name of the flag. */
  name: string;
  /** Form of the range, or `choice`. */
  kind: 'log-uniform' | 'uniform' | 'integer' | 'choice';
  /** Least value. */
  low: number;
  /** Greatest value. */
  high: number;
  /** The choices in words, all different; undefined for a range. */
  choices: readonly string[] | undefined;
  /** Flags of both ends, or all choices. */
  edges: readonly FlagValue[];
  /** Returns the flag of a value. */
  flagOf(value: number): FlagValue;
  /** Returns the value of a flag. */
  valueOf(flag: FlagValue): number;
}

/**
 * Makes the dimension of a flag.
 *
 * @throws SweepError, `file`, for a choice that is there twice.
 */
export function dimensionOf(name: string, distribution: Distribution): Dimension {
  if ('choice' in distribution) return choiceOf(name, distribution.choice);
  const [[kind, range]] = Object.entries(distribution) as [[Exclude<Dimension['kind'], 'choice'>, [number, number]]];
  const [low, high] = range;
  return {
    ...{ name, kind, low, high, choices: undefined, edges: range },
    flagOf: (value) => (kind === 'integer' ? value : shortNumber(value, range)),
    valueOf: Number,
  };
}

function choiceOf(name: string, flags: readonly FlagValue[]): Dimension {
  const choices = flags.map(String);
  const twice = choices.find((choice, index) => choices.indexOf(choice) < index);
  if (twice !== undefined) {
    throw fault(`"space" "${name}" "choice"`, `has ${JSON.stringify(twice)} twice`, { remedy: 'name each value once' });
  }
  return {
    ...{ name, kind: 'choice', low: 0, high: flags.length - 1, choices, edges: flags },
    flagOf: (value) => flags[value]!,
    valueOf: (flag) => flags.indexOf(flag),
  };
}
