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

export function positiveInteger(text: string): number {
  const value = parseDecimal(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}

export function nonNegativeInteger(text: string): number {
  const value = parseDecimal(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number from 0 up.');
  return value;
}

/** Pixels around an image, whose reflection has fewer than its side. */
export const cropSize = pixels(31);

/** The side of a square in an image. */
export const cutoutSize = pixels(32);

function pixels(most: number): (text: string) => number {
  return (text) => {
    const value = parseDecimal(text);
    if (!Number.isInteger(value) || value < 0 || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
    }
    return value;
  };
}

/** A number of threads, as ONNX Runtime takes it. */
export function threadCount(text: string): number {
  const value = parseDecimal(text);
  if (!Number.isInteger(value) || value < 1 || value > 1024) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1024.');
  }
  return value;
}

/** A seed of NumPy's legacy generator. */
export function seed(text: string): number {
  const value = parseDecimal(text);
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  }
  return value;
}

export function positiveNumber(text: string): number {
  const value = parseDecimal(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above 0, such as 1e-3.');
  }
  return value;
}

export function nonNegativeNumber(text: string): number {
  const value = parseDecimal(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be a number from 0 up.');
  return value;
}

/** A number from 0 up to, but without, 1: a momentum, say. */
export function fraction(text: string): number {
  const value = parseDecimal(text);
  if (!(value >= 0 && value < 1)) throw new InvalidArgumentError('It must be a number from 0 up to, but below, 1.');
  return value;
}

/** `100,50` -> [100, 50]; an empty text is no hidden layer at all: multinomial logistic regression. */
export function hiddenUnits(text: string): number[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const units = parseDecimal(part);
    if (!Number.isSafeInteger(units) || units < 1) {
      throw new InvalidArgumentError(
        `"${part}" is no number of units: give whole numbers from 1 up, such as 100 or 200,100.`,
      );
    }
    return units;
  });
}

/** A folder that a command writes several files into. */
export function outputFolder(text: string): string {
  const folder = outputFile(text);
  if (folder === '-') {
    throw new InvalidArgumentError('Several files are written, which stdout cannot take: give a folder.');
  }
  return folder;
}

/** A file that a command writes; `-` is stdout. */
export function outputFile(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

/** A path that is read: an empty one is most often a variable of a script that was not set. */
export function inputPath(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

/** One of `values`, in any case. */
export function oneOf<T extends string>(...values: readonly T[]): (text: string) => T {
  return (text) => {
    const value = values.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
    if (value === undefined) throw new InvalidArgumentError(`It must be one of ${values.join(', ')}.`);
    return value;
  };
}

// Number('') is 0 and Number('0x10') is 16: neither is what a person means on a command line.
function parseDecimal(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}
