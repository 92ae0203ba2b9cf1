import { glibcLog } from './glibc-log.js';
import { Mt19937 } from './mt19937.js';
import { assertSnapshot, describe, isUint32, type RandomStateSnapshot } from './snapshot.js';

/**
 * NumPy's legacy generator `np.random.RandomState` (also behind `np.random.seed`, `np.random.normal`, ...), bit for bit.
 *
 * Every method draws from one MT19937 stream in NumPy's order, so that a program which makes the same calls in the same
 * order as a Python one gets the same numbers.
 *
 * @example
 * const rng = new RandomState(42);
 * rng.normal(); // 0.4967141530112327
 */
export class RandomState {
  readonly #generator = new Mt19937();
  #hasGauss = false;
  #cachedGaussian = 0;

  /**
   * @param seed an integer of [0, 2^32), as `np.random.seed(42)`, or a non-empty array of them, as
   *   `np.random.seed([42, 1, 3])`; `42` and `[42]` give different streams, there as here.
   * @throws RangeError or TypeError on anything else.
   */
  constructor(seed: number | readonly number[]) {
    if (typeof seed === 'number') {
      if (!isUint32(seed)) throw seedError(`the seed ${describe(seed)}`);
      this.#generator.seed(seed);
    } else if (Array.isArray(seed)) {
      if (seed.length === 0) throw new RangeError('A seed must not be an empty array; give one integer or more.');
      const bad = seed.findIndex((word) => !isUint32(word));
      if (bad >= 0) throw seedError(`seed[${bad}], ${describe(seed[bad])},`);
      this.#generator.seedByArray(seed);
    } else {
      throw new TypeError(`A seed must be an integer from 0 to 4294967295 or an array of them; got ${describe(seed)}.`);
    }
  }

  /** A float64 of [0, 1) with 53 random bits, as `random_sample()`. */
  random(): number {
    return this.#generator.float64();
  }

  /**
   * A float64 of [low, high), as `uniform(low, high)`.
   *
   * @throws RangeError when `high - low` is not finite.
   */
  uniform(low = 0, high = 1): number {
    const range = high - low;
    if (!Number.isFinite(range)) {
      throw new RangeError(`uniform() needs a finite range; got low ${low} and high ${high}.`);
    }
    return low + range * this.#generator.float64();
  }

  /**
   * A normal deviate, as `normal(mean, std)`: Marsaglia's polar method, which makes two at a time and keeps the second
   * for the next call.
   *
   * @throws RangeError when `std` is negative or NaN.
   */
  normal(mean = 0, std = 1): number {
    assertStd(std);
    return mean + std * this.#gauss();
  }

  /**
   * `count` normal deviates, as `normal(mean, std, count)`; reshape row-major for NumPy's `normal(mean, std, shape)`.
   *
   * @throws RangeError when `std` is negative or NaN, or `count` is no count.
   */
  normals(count: number, mean = 0, std = 1): Float64Array {
    assertCount('normals', count);
    assertStd(std);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = mean + std * this.#gauss();
    return values;
  }

  /**
   * An integer of [low, high), as `randint(low, high)` with NumPy's default 64-bit integers.
   *
   * @throws RangeError unless both are safe integers, `low < high`, and `high - low` is a safe integer too.
   */
  randint(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !Number.isSafeInteger(high - low)) {
      throw new RangeError(`randint() needs integers less than 2^53 apart; got low ${low} and high ${high}.`);
    }
    if (low >= high) throw new RangeError(`randint() needs low < high; got low ${low} and high ${high}.`);
    return low + this.#interval(high - low - 1);
  }

  /**
   * An integer of [0, n), as `choice(n)`, or one of `items`, as `choice(items)`.
   *
   * @throws RangeError when there is nothing to choose from.
   */
  choice(n: number): number;
  choice<T>(items: ArrayLike<T>): T;
  choice<T>(source: number | ArrayLike<T>): number | T {
    const n = typeof source === 'number' ? source : source.length;
    if (!Number.isSafeInteger(n) || n <= 0) {
      throw new RangeError(`choice() needs a positive integer or a non-empty array; got ${describe(source)}.`);
    }
    const index = this.#interval(n - 1);
    return typeof source === 'number' ? index : source[index];
  }

  /** Shuffles an array or typed array in place, as `shuffle(x)`: Fisher and Yates, from the last element down. */
  shuffle<T>(x: { length: number; [index: number]: T }): void {
    for (let i = x.length - 1; i > 0; i--) {
      const j = this.#interval(i);
      const swapped = x[i];
      x[i] = x[j];
      x[j] = swapped;
    }
  }

  /**
   * The integers 0 to n - 1 in random order, as `permutation(n)`.
   *
   * @throws RangeError when `n` is no count.
   */
  permutation(n: number): Int32Array {
    assertCount('permutation', n);
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    this.shuffle(order);
    return order;
  }

  /** The whole state, to be kept as JSON and given to {@link setState}. */
  getState(): RandomStateSnapshot {
    return {
      key: Array.from(this.#generator.key),
      position: this.#generator.position,
      hasGauss: this.#hasGauss,
      cachedGaussian: this.#cachedGaussian,
    };
  }

  /**
   * Takes up a state from {@link getState}, or one made of NumPy's `get_state()`.
   *
   * @throws TypeError when it is not one; the generator then keeps its own.
   */
  setState(state: RandomStateSnapshot): void {
    assertSnapshot(state);
    this.#generator.key.set(state.key);
    this.#generator.position = state.position;
    this.#hasGauss = state.hasGauss;
    this.#cachedGaussian = state.cachedGaussian;
  }

  /** A standard normal deviate: the kept one, or the first of a new pair. */
  #gauss(): number {
    if (this.#hasGauss) {
      const value = this.#cachedGaussian;
      this.#hasGauss = false;
      this.#cachedGaussian = 0;
      return value;
    }
    let x1: number;
    let x2: number;
    let r2: number;
    do {
      x1 = 2 * this.#generator.float64() - 1;
      x2 = 2 * this.#generator.float64() - 1;
      r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1 || r2 === 0);
    const f = Math.sqrt((-2 * glibcLog(r2)) / r2);
    this.#cachedGaussian = f * x1;
    this.#hasGauss = true;
    return f * x2;
  }

  /** An integer of [0, max]: as many random bits as `max` has, drawn again while they exceed it. */
  #interval(max: number): number {
    if (max === 0) return 0;
    const generator = this.#generator;
    if (max <= 0xffffffff) {
      const mask = bitMask(max);
      let value = (generator.uint32() & mask) >>> 0;
      while (value > max) value = (generator.uint32() & mask) >>> 0;
      return value;
    }
    const highMask = bitMask(Math.floor(max / 4294967296));
    for (;;) {
      const high = generator.uint32() & highMask;
      const value = high * 4294967296 + generator.uint32();
      if (value <= max) return value;
    }
  }
}

/** The smallest 2^k - 1 that is at least `value`, for an integer of [1, 2^32). */
function bitMask(value: number): number {
  return 0xffffffff >>> Math.clz32(value);
}

function seedError(what: string): RangeError {
  return new RangeError(
    `A seed must be an integer from 0 to 4294967295 (2^32 - 1), or an array of them; ${what} is not.`,
  );
}

function assertCount(method: string, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > 0x7fffffff) {
    throw new RangeError(`${method}() needs an integer count from 0 to 2147483647; got ${describe(count)}.`);
  }
}

function assertStd(std: number): void {
  if (!(std >= 0)) throw new RangeError(`A standard deviation must be at least 0; got ${describe(std)}.`);
}
