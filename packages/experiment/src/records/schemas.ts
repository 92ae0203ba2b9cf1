import * as v from 'valibot';
import { RecordError } from './record-error.js';
import { showValue } from './show-value.js';

/** A value with a rule that a sentence can name: "… must be <rule>, and is 3". */
export function rule<T>(words: string, holds: (value: never) => boolean): v.GenericSchema<unknown, T> {
  return v.custom<T>((value) => holds(value as never), words);
}

/** A whole number of 0 or more. */
export const count = rule<number>('a whole number of 0 or more', (value) => Number.isSafeInteger(value) && value >= 0);

/** A whole number of 1 or more. */
export const positiveCount = rule<number>(
  'a whole number of 1 or more',
  (value) => Number.isSafeInteger(value) && value >= 1,
);

/** A whole number up to a limit. */
export function countUpTo(most: number): v.GenericSchema<unknown, number> {
  return rule(`a whole number from 0 to ${most}`, (value) => Number.isInteger(value) && value >= 0 && value <= most);
}

/** A number above 0. */
export const positive = rule<number>('a number above 0', (value) => Number.isFinite(value) && value > 0);

/** A number of 0 or more. */
export const notNegative = rule<number>('a number of 0 or more', (value) => Number.isFinite(value) && value >= 0);

/** A number from 0 up to, but without, 1. */
export const fraction = rule<number>(
  'a number from 0 up to, but below, 1',
  (value) => value >= 0 && value < 1 && isNumber(value),
);

/** A part of a whole: 0 to 1. */
export const share = rule<number>('a number from 0 to 1', (value) => value >= 0 && value <= 1 && isNumber(value));

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** True or false. */
export const flag = v.boolean('true or false');

/** What a program writes in place of a value that it does not have. */
const NO_VALUE = /^(undefined|null|NaN|-?Infinity|\[object .*\])$/;

/** Some words that are shown: those for no value are a fault of whatever wrote the file. */
export const words = rule<string>(
  'a text that says something, of at most 500 characters',
  (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 500 && !NO_VALUE.test(value),
);

/** Names of classes, as many as a dataset may have. */
export const classNames = arrayOf(
  rule<string>(
    'a text of 1 to 100 characters',
    (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 100,
  ),
  [2, 256],
  'names of classes',
);

/** One of some texts. */
export function oneOfTexts<const T extends string>(choices: readonly T[]): v.GenericSchema<unknown, T> {
  return v.picklist(choices, `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`);
}

/** A moment in ISO 8601, UTC, as `toISOString` writes it. */
export const moment = rule<string>(
  'a time such as "2026-01-31T12:34:56.789Z"',
  (value: unknown) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) &&
    Number.isFinite(Date.parse(value)),
);

/** An array of a number of items from `least` to `most`. @param plural what the items are. */
export function arrayOf<T>(
  item: v.GenericSchema<unknown, T>,
  [least, most]: readonly [number, number],
  plural: string,
): v.GenericSchema<unknown, T[]> {
  const length = least === 0 ? `at most ${most}` : `${least} to ${most}`;
  const message = `an array of ${length} ${plural}`;
  return v.pipe(v.array(item, message), v.minLength(least, message), v.maxLength(most, message));
}

/** An object whose values of any name all obey a rule. */
export function recordOf<T>(
  item: v.GenericSchema<unknown, T>,
  plural: string,
): v.GenericSchema<unknown, Record<string, T>> {
  return v.pipe(v.custom<object>(isObject, `an object of ${plural}`), v.record(v.string(), item)) as never;
}

/** An object that is not an array. */
export const anObject = rule<object>('an object', isObject);

/** An object with at least these keys; what others hold is not looked at. */
export function objectWith<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(anObject, v.looseObject(entries));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks a value against a schema.
 *
 * @param where for the message: the file that the value was in, and what to do about it.
 * @returns the value as its schema knows it.
 * @throws RecordError naming the first key that is wrong, its value, the rule and the remedy.
 */
export function parseRecord<T>(
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
  where: { place: string; remedy: string },
): T {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true });
  if (success) return output;
  const [issue] = issues;
  const key = issue.path?.map(({ key }) => String(key).slice(0, 80)).join('.');
  const rule = issue.input === undefined ? 'is missing' : `must be ${issue.message}, and is ${showValue(issue.input)}`;
  throw new RecordError(key === undefined ? { ...where, rule: `as a whole ${rule}` } : { ...where, key, rule });
}
