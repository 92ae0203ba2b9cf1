/** Throws unless `value` is one of `valid`, and lists them. */
export function assertOneOf<T extends string>(what: string, value: unknown, valid: readonly T[]): asserts value is T {
  if (!valid.includes(value as T)) {
    throw new RangeError(`Unknown ${what} ${show(value)}: choose one of ${valid.join(', ')}.`);
  }
}

export function assertPositiveInteger(what: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new RangeError(`${what} must be an integer of 1 or more; got ${show(value)}.`);
  }
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

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
