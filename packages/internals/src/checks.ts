import { show } from './show.js';

/** Throws a RangeError unless `value` is one of `valid`, and lists them. */
export function assertOneOf<T extends string>(what: string, value: unknown, valid: readonly T[]): asserts value is T {
  if (!valid.includes(value as T)) throw outside(what, `one of ${valid.join(', ')}`, value);
}

/** Throws a TypeError unless `value` is true or false. */
export function assertBoolean(what: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${what} must be true or false; got ${show(value)}.`);
}

/** Throws a RangeError unless `value` is a whole number of 1 or more. */
export function assertCount(what: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw outside(what, 'a whole number of 1 or more', value);
}

/** Throws a RangeError unless `value` is a whole number from 0 to 2^32 - 1. */
export function assertUint32(what: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffffffff) {
    throw outside(what, 'a whole number from 0 to 2^32 - 1', value);
  }
}

/** Throws a RangeError unless `value` is a finite number of 0 or more. */
export function assertNonNegative(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < 0) throw outside(what, 'a finite number of 0 or more', value);
}

/** Throws a RangeError unless `value` is a finite number above 0. */
export function assertPositive(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) <= 0) throw outside(what, 'a finite number above 0', value);
}

/** Throws a RangeError unless 0 <= value < 1: a decay, or the probability that a value is dropped. */
export function assertBelowOne(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < 0 || (value as number) >= 1) {
    throw outside(what, '0 or more and below 1', value);
  }
}

/** Throws a RangeError unless `value` is a number from `low` to `high`, both included. */
export function assertWithin(what: string, value: unknown, low: number, high: number): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < low || (value as number) > high) {
    throw outside(what, `a number from ${low} to ${high}`, value);
  }
}

/**
 * Throws on keys of `options` that are not in `known`, so that a misspelt option does not go unnoticed: a RangeError, or
 * a TypeError where `options` is not an object.
 */
export function assertKnownKeys(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${what}: options must be an object; got ${show(options)}.`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`${what}: unknown option ${show(unknown)}; the options are ${known.join(', ')}.`);
  }
}

function outside(what: string, rule: string, value: unknown): RangeError {
  return new RangeError(`${what} must be ${rule}; got ${show(value)}.`);
}
