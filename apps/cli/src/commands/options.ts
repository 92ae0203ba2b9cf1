import { oneOf } from '@cifarlab/experiment';
import { Option } from 'commander';
import { valueBy } from '../flags.js';

/** An option with a number, and what reads it. */
export function number<T extends number>(
  flags: string,
  description: string,
  parse: (text: string) => T,
  value: T,
): Option {
  return new Option(flags, description).default(value).argParser(parse);
}

/** An option with one of several names, in any case. */
export function choice<T extends string>(flags: string, description: string, values: readonly T[], value: T): Option {
  return new Option(flags, `${description}: ${values.join(', ')}`).default(value).argParser(valueBy(oneOf(values)));
}
