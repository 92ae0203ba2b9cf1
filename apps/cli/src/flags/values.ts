import { type Rule, readText, wholeNumberBetween } from '@cifarlab/experiment';
import { InvalidArgumentError } from 'commander';

/** Accepts the practical's spelling too: `--batch_size 200` and `--batch_size=200` read as `--batch-size`. */
export function dashFlags(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, index) => {
    if (!argument.startsWith('--') || (end !== -1 && index >= end)) return argument;
    const [, flag, value] = /^(--[^=]*)(=[\s\S]*)?$/.exec(argument)!;
    return flag!.replaceAll('_', '-') + (value ?? '');
  });
}

/** Reads a flag's value by a rule. */
export function valueBy<T>(rule: Rule<T>): (text: string) => T {
  return (text) => {
    const value = readText(rule, text);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${rule.words}.`);
    return value;
  };
}

/** A number of threads, as ONNX Runtime takes it. */
export const threadCount = valueBy(wholeNumberBetween(1, 1024));

/** Checks the folder that a command writes several files into. */
export function outputFolder(text: string): string {
  const folder = outputFile(text);
  if (folder === '-') {
    throw new InvalidArgumentError('Several files are written, which stdout cannot take: give a folder.');
  }
  return folder;
}

/** A file that a command writes; `-` is stdout. */
export const outputFile = inputPath;

/** Checks a path that is read: an empty one is most often a variable of a script that was not set. */
export function inputPath(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

/** Does the same for an argument that may be given several times. */
export function inputPaths(text: string, before: readonly string[] = []): string[] {
  return [...before, inputPath(text)];
}
