import { describe } from './snapshot.js';

/**
 * Number of values that a method draws: a count, or a shape, whose values come one after the other in row-major order.
 */
export type Size = number | readonly number[];

/** The most values of one call. */
const MAX_COUNT = 0x7fffffff;

/** Throws a TypeError when a method was given more arguments than it takes: they would go unnoticed otherwise. */
export function assertNoMore(method: string, most: number, extra: readonly unknown[]): void {
  if (extra.length > 0) {
    throw new TypeError(
      `${method}() takes ${most === 0 ? 'no' : `at most ${most}`} argument${most === 1 ? '' : 's'}; got ${most + extra.length}.`,
    );
  }
}

/** Throws a TypeError unless the argument is a number, NaN and infinities included. */
export function assertNumber(method: string, name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(`${method}() needs a number for ${name}; got ${describe(value)}.`);
}

/** Throws a TypeError unless the argument is true or false. */
export function assertBoolean(method: string, name: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${method}() needs true or false for ${name}; got ${describe(value)}.`);
  }
}

/** Throws unless the argument is a count: a RangeError for other numbers, a TypeError for anything else. */
export function assertCount(method: string, count: unknown): asserts count is number {
  if (isCount(count)) return;
  const Kind = typeof count === 'number' ? RangeError : TypeError;
  throw new Kind(`${method}() needs an integer count from 0 to ${MAX_COUNT}; got ${describe(count)}.`);
}

/**
 * Returns the values that a size stands for; `undefined` if there is none and one number is requested.
 *
 * @throws RangeError or TypeError when it is neither a count nor an array of them.
 */
export function countOf(method: string, size: unknown): number | undefined {
  if (size === undefined || size === null) return undefined;
  if (!Array.isArray(size)) {
    assertCount(method, size);
    return size;
  }
  const bad = size.findIndex((length) => !isCount(length));
  if (bad >= 0) {
    throw new RangeError(
      `${method}() needs a size of integers from 0 to ${MAX_COUNT}; size[${bad}] is ${describe(size[bad])}.`,
    );
  }
  const count = size.reduce((product, length) => product * length, 1);
  assertCount(method, count);
  return count;
}

/** Throws a RangeError when a standard deviation is negative or NaN, a TypeError when it is not a number. */
export function assertStd(method: string, std: unknown): asserts std is number {
  assertNumber(method, 'the standard deviation', std);
  if (!(std >= 0)) throw new RangeError(`A standard deviation must be at least 0; got ${describe(std)}.`);
}

/** Returns whether `value` is an integer that may be a number of values. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT;
}
