/** Throws unless `value` is one of `valid`, and lists them. */
export function assertOneOf<T extends string>(what: string, value: unknown, valid: readonly T[]): asserts value is T {
  if (!valid.includes(value as T)) {
    throw new RangeError(`${what} must be one of ${valid.join(', ')}; got ${show(value)}.`);
  }
}

/** Throws unless `value` is a whole number of 1 or more. */
export function assertCount(what: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new RangeError(`${what} must be a whole number of 1 or more; got ${show(value)}.`);
  }
}

/** Throws unless `value` is a whole number of 0 to 2^32 - 1. */
export function assertUint32(what: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffffffff) {
    throw new RangeError(`${what} must be a whole number from 0 to 2^32 - 1; got ${show(value)}.`);
  }
}

/** Throws unless 0 <= value < 1: the probability that a value is dropped. */
export function assertDropRate(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < 0 || (value as number) >= 1) {
    throw new RangeError(`${what} must be 0 or more and below 1; got ${show(value)}.`);
  }
}

export function assertNonNegative(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < 0) {
    throw new RangeError(`${what} must be a finite number of 0 or more; got ${show(value)}.`);
  }
}

/** Throws on keys of `options` that are not in `known`, so that a misspelt option does not go unnoticed. */
export function assertKnownKeys(what: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${what}: options must be an object; got ${show(options)}.`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`${what}: unknown option ${show(unknown)}; the options are ${known.join(', ')}.`);
  }
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
