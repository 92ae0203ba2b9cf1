import * as v from 'valibot';

/** Rule of a setting's values, and of how a person writes them. */
export interface Rule<T = unknown> {
  /** Kind of the conversion from a text to a value: a `switch` is on or off, without a text. */
  readonly kind: 'number' | 'choice' | 'units' | 'switch' | 'text';
  /** Description of a valid value, as the end of "must be …". */
  readonly words: string;
  /** The check of a value; its messages describe a valid value, as JSON shows it. */
  readonly schema: v.GenericSchema<unknown, T>;
}

/** A choice among names. */
export interface Choice<T extends string = string> extends Rule<T> {
  readonly kind: 'choice';
  /** Names in the order in which they are listed. */
  readonly names: readonly T[];
}

/** Makes a rule that a sentence can name: "… must be <words>, and is 3". */
export function rule<T>(words: string, holds: (value: never) => boolean): v.GenericSchema<unknown, T> {
  return v.custom<T>((value) => holds(value as never), words);
}

/** Texts that a program writes in place of a value that it does not have. */
const NO_VALUE = /^(undefined|null|NaN|-?Infinity|\[object .*\])$/;

/** Some words that are shown: those for no value are a fault of whatever wrote them. */
export const words = rule<string>(
  'a text that says something, of at most 500 characters',
  (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 500 && !NO_VALUE.test(value),
);

/** Returns whether a value is an object, and not an array. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object that is not an array. */
export const anObject = rule<object>('an object', isObject);

function numbers(words: string, holds: (value: number) => boolean): Rule<number> {
  return { kind: 'number', words, schema: rule<number>(words, (value) => typeof value === 'number' && holds(value)) };
}

/** Makes the rule of whole numbers from `least` on. */
export function wholeNumber(least: 0 | 1): Rule<number> {
  return numbers(`a whole number of ${least} or more`, (value) => Number.isSafeInteger(value) && value >= least);
}

/** Makes the rule of whole numbers from `least` to `most`. */
export function wholeNumberBetween(least: number, most: number): Rule<number> {
  return numbers(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
}

/** Finite numbers above 0. */
export const positiveNumber: Rule<number> = {
  ...numbers('a number above 0', (value) => Number.isFinite(value) && value > 0),
  words: 'a number above 0, such as 1e-3',
};

/** Finite numbers of 0 or more. */
export const nonNegativeNumber = numbers('a number of 0 or more', (value) => Number.isFinite(value) && value >= 0);

/** Numbers from 0 up to, but without, 1: a momentum, say. */
export const fraction = numbers('a number from 0 up to, but below, 1', (value) => value >= 0 && value < 1);

/** Makes the rule of one of some names; a text may have them in any case. */
export function oneOf<const T extends string>(names: readonly T[]): Choice<T> {
  const quoted = names.map((name) => JSON.stringify(name)).join(', ');
  return { kind: 'choice', words: `one of ${names.join(', ')}`, schema: v.picklist(names, `one of ${quoted}`), names };
}

/** Makes the rule of a text, such as a name or a path. */
export function text(words: string): Rule<string> {
  const holds = (value: unknown) => typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
  return { kind: 'text', words, schema: rule<string>(words, holds) };
}

/** Longest text, in characters: no path of a file is longer. */
const LONGEST_TEXT = 4096;

/** Makes the rule of multiples of a number, from itself up to `most`. */
export function multipleOf(step: number, most: number): Rule<number> {
  return numbers(
    `a multiple of ${step} from ${step} to ${most}`,
    (value) => Number.isInteger(value / step) && value >= step && value <= most,
  );
}

/** True or false. */
export const onOrOff: Rule<boolean> = { kind: 'switch', words: 'true or false', schema: v.boolean('true or false') };

const mostLayers = 1000;
const layers = `an array of at most ${mostLayers} numbers of units`;

/** The units of each hidden layer, as `200,100`; none at all is an empty text. */
export const hiddenUnits: Rule<number[]> = {
  kind: 'units',
  words: 'whole numbers of 1 or more with commas between them, such as 100 or 200,100',
  schema: v.pipe(v.array(wholeNumber(1).schema, layers), v.maxLength(mostLayers, layers)),
};

/**
 * Reads a value as a person writes it: `1e-3`, `Adam`, `200,100`.
 *
 * @returns undefined where the text breaks the rule.
 */
export function readText<T>(rule: Rule<T>, text: string): T | undefined {
  const { success, output } = v.safeParse(rule.schema, valueIn(rule, text));
  return success ? output : undefined;
}

function valueIn(rule: Rule, text: string): unknown {
  if (rule.kind === 'number') return decimal(text);
  if (rule.kind === 'units') return text.trim() === '' ? [] : text.split(',').map(decimal);
  if (rule.kind === 'text') return text;
  if (isChoice(rule)) return rule.names.find((name) => name.toLowerCase() === text.toLowerCase());
  return text === 'true' || (text === 'false' ? false : undefined);
}

/** Writes a value as {@link readText} reads it. */
export function writeText(value: unknown): string {
  return String(value);
}

/** Returns whether a rule is a choice among names. */
export function isChoice(rule: Rule): rule is Choice {
  return rule.kind === 'choice';
}

// Number('') is 0 and Number('0x10') is 16: neither is what a person means.
function decimal(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}
