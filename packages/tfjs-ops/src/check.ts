/** Throws unless `value` is one of `valid`, and lists them. */
export function assertOneOf<T extends string>(what: string, value: unknown, valid: readonly T[]): asserts value is T {
  if (!valid.includes(value as T)) {
    throw new RangeError(`${what} must be one of ${valid.join(', ')}; got ${show(value)}.`);
  }
}

export function assertBoolean(what: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${what} must be true or false; got ${show(value)}.`);
}

export function assertNonNegative(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < 0) {
    throw new RangeError(`${what} must be a finite number of 0 or more; got ${show(value)}.`);
  }
}

export function assertPositive(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) <= 0) {
    throw new RangeError(`${what} must be a finite number above 0; got ${show(value)}.`);
  }
}

/** Throws unless 0 <= value < 1: the decay of a running average. */
export function assertDecay(what: string, value: unknown): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < 0 || (value as number) >= 1) {
    throw new RangeError(`${what} must be 0 or more and below 1; got ${show(value)}.`);
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

/** A copy in which options given as undefined are left out, so that they do not hide defaults. */
export function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
