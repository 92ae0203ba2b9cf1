import { oneOf, type Rule } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { valueBy } from './values.js';

/** Makes an option with one of several names, in any case. */
export function choice<T extends string>(flags: string, description: string, values: readonly T[], value: T): Option {
  return new Option(flags, `${description}: ${values.join(', ')}`).default(value).argParser(valueBy(oneOf(values)));
}

/** Makes an option whose value is read by a rule. */
export function ruled<T>(flags: string, description: string, rule: Rule<T>): Option {
  return new Option(flags, description).argParser(valueBy(rule));
}

/** Values of `--json` and `--quiet`. */
export interface PrintFlags {
  json: boolean;
  quiet: boolean;
}

/** Adds `--json` and `--quiet`: how much is printed, and in which form. */
export function addPrintOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false);
}
