import { STATE_LENGTH } from './mt19937.js';

/**
 * The whole state of a {@link RandomState}, as plain JSON: the fields of the tuple that NumPy's `get_state()` gives,
 * `('MT19937', key, position, has_gauss, cached_gaussian)`.
 */
export interface RandomStateSnapshot {
  /** 624 integers of [0, 2^32). */
  key: number[];
  /** Index of the next word of `key` to use, 0 to 624. */
  position: number;
  /** Whether the second value of the last pair of normal deviates is still to be handed out. */
  hasGauss: boolean;
  /** The second value of the pair (standard normal); 0 without one. */
  cachedGaussian: number;
}

/** Throws a `TypeError` that says what is wrong, unless `value` is a usable {@link RandomStateSnapshot}. */
export function assertSnapshot(value: unknown): asserts value is RandomStateSnapshot {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`A generator's state must be an object as getState() returns it; got ${describe(value)}.`);
  }
  const { key, position, hasGauss, cachedGaussian } = value as Record<string, unknown>;
  if (!Array.isArray(key) || key.length !== STATE_LENGTH) {
    const got = Array.isArray(key) ? `${key.length} values` : describe(key);
    throw new TypeError(`A generator's state needs a key of ${STATE_LENGTH} integers; got ${got}.`);
  }
  const bad = key.findIndex((word) => !isUint32(word));
  if (bad >= 0) {
    throw new TypeError(
      `A generator's state needs integers from 0 to 4294967295 in its key; key[${bad}] is ${describe(key[bad])}.`,
    );
  }
  // Of key[0] only the upper bit belongs to the state; with all others 0 the generator gives 0 for ever.
  if (key[0] < 0x80000000 && key.every((word, i) => i === 0 || word === 0)) {
    throw new TypeError("A generator's state must not have an all-zero key: it would only ever produce 0.");
  }
  if (!Number.isInteger(position) || (position as number) < 0 || (position as number) > STATE_LENGTH) {
    throw new TypeError(
      `A generator's state needs an integer position from 0 to ${STATE_LENGTH}; got ${describe(position)}.`,
    );
  }
  if (typeof hasGauss !== 'boolean') {
    throw new TypeError(
      `A generator's state needs hasGauss to be true or false (NumPy's 1 or 0); got ${describe(hasGauss)}.`,
    );
  }
  if (!Number.isFinite(cachedGaussian)) {
    throw new TypeError(`A generator's state needs a finite number cachedGaussian; got ${describe(cachedGaussian)}.`);
  }
}

/** Returns whether `value` is an integer of [0, 2^32). */
export function isUint32(value: unknown): value is number {
  return typeof value === 'number' && value >>> 0 === value;
}

/** Returns a short rendering of any value for an error message. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Returns the first elements of an array, for an error message. */
export function describeList(values: ArrayLike<unknown>): string {
  const shown = Array.from({ length: Math.min(values.length, 6) }, (_, i) => describe(values[i]));
  return `[${shown.join(', ')}${values.length > 6 ? ', …' : ''}]`;
}
