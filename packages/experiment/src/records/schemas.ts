import * as v from 'valibot';
import {
  anObject,
  fraction as fractionRule,
  isObject,
  nonNegativeNumber,
  oneOf,
  onOrOff,
  positiveNumber,
  rule,
  wholeNumber,
  wholeNumberBetween,
} from '../settings/rule.js';
import { RecordError } from './record-error.js';
import { showValue } from './show-value.js';

export { anObject, rule, words } from '../settings/rule.js';

/** A whole number of 0 or more. */
export const count = wholeNumber(0).schema;

/** A whole number of 1 or more. */
export const positiveCount = wholeNumber(1).schema;

/** Makes the schema of whole numbers up to a limit. */
export function countUpTo(most: number): v.GenericSchema<unknown, number> {
  return wholeNumberBetween(0, most).schema;
}

/** A number above 0. */
export const positive = positiveNumber.schema;

/** A number of 0 or more. */
export const notNegative = nonNegativeNumber.schema;

/** A number from 0 up to, but without, 1. */
export const fraction = fractionRule.schema;

/** A part of a whole: 0 to 1. */
export const share = rule<number>(
  'a number from 0 to 1',
  (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1,
);

/** True or false. */
export const flag = onOrOff.schema;

/** Names of classes, as many as a dataset may have. */
export const classNames = arrayOf(
  rule<string>(
    'a text of 1 to 100 characters',
    (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 100,
  ),
  [2, 256],
  'names of classes',
);

/** Makes the schema of one of some texts. */
export function oneOfTexts<const T extends string>(choices: readonly T[]): v.GenericSchema<unknown, T> {
  return oneOf(choices).schema;
}

/** A moment in ISO 8601, UTC, as `toISOString` writes it. */
export const moment = rule<string>(
  'a time such as "2026-01-31T12:34:56.789Z"',
  (value: unknown) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) &&
    Number.isFinite(Date.parse(value)),
);

/** Makes the schema of an array of `least` to `most` items. @param plural name of the items. */
export function arrayOf<T>(
  item: v.GenericSchema<unknown, T>,
  [least, most]: readonly [number, number],
  plural: string,
): v.GenericSchema<unknown, T[]> {
  const length = least === 0 ? `at most ${most}` : `${least} to ${most}`;
  const message = `an array of ${length} ${plural}`;
  return v.pipe(v.array(item, message), v.minLength(least, message), v.maxLength(most, message));
}

/** Makes the schema of an object whose values of any name all obey a rule. */
export function recordOf<T>(
  item: v.GenericSchema<unknown, T>,
  plural: string,
): v.GenericSchema<unknown, Record<string, T>> {
  return v.pipe(rule<object>(`an object of ${plural}`, isObject), v.record(v.string(), item)) as never;
}

/** Makes the schema of an object with at least these keys; what others hold is not looked at. */
export function objectWith<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(anObject, v.looseObject(entries));
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
