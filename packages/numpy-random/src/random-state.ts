import { assertBoolean, assertCount, assertNoMore, assertNumber, assertStd, countOf, type Size } from './arguments.js';
import { glibcLog } from './glibc-log.js';
import { copyOf, type Exchange, exchangeOf, isItems, isNdArray, type NdArrayLike } from './items.js';
import { Mt19937 } from './mt19937.js';
import { assertSnapshot, describe, isUint32, type RandomStateSnapshot } from './snapshot.js';
import { cumulative, indexOf, probabilitiesOf } from './weighted.js';

/** A typed array of numbers or big integers. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

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
  constructor(seed: number | readonly number[]);
  constructor(seed: unknown, ...extra: unknown[]) {
    assertNoMore('new RandomState', 1, extra);
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

  /**
   * Returns a float64 of [0, 1) with 53 random bits, as `random_sample()`; with a size that many of them, as
   * `random_sample(size)`.
   *
   * @throws TypeError or RangeError on an invalid size, and on further arguments.
   */
  random(): number;
  random(size: Size): Float64Array;
  random(size?: unknown, ...extra: unknown[]): number | Float64Array {
    assertNoMore('random', 1, extra);
    return this.#draw(countOf('random', size), () => this.#generator.float64());
  }

  /** Returns the same as {@link random}, by NumPy's name for it, `random_sample(size)`. */
  randomSample(): number;
  randomSample(size: Size): Float64Array;
  randomSample(size?: unknown, ...extra: unknown[]): number | Float64Array {
    assertNoMore('randomSample', 1, extra);
    return this.#draw(countOf('randomSample', size), () => this.#generator.float64());
  }

  /**
   * Returns the same as {@link random}, with the size as separate arguments: `rand(2, 3)` gives six values.
   *
   * @throws TypeError or RangeError on an invalid size.
   */
  rand(): number;
  rand(...shape: [number, ...number[]]): Float64Array;
  rand(...shape: number[]): number | Float64Array {
    return this.#draw(countOf('rand', shape.length > 0 ? shape : undefined), () => this.#generator.float64());
  }

  /**
   * Returns a float64 of [low, high), as `uniform(low, high)`; with a size that many of them, as
   * `uniform(low, high, size)`.
   *
   * @throws RangeError when `high - low` is not finite, or the size is invalid; TypeError on arguments of another kind,
   *   and on further ones.
   */
  uniform(low?: number, high?: number): number;
  uniform(low: number | undefined, high: number | undefined, size: Size): Float64Array;
  uniform(low: unknown = 0, high: unknown = 1, size?: unknown, ...extra: unknown[]): number | Float64Array {
    assertNoMore('uniform', 3, extra);
    assertNumber('uniform', 'low', low);
    assertNumber('uniform', 'high', high);
    const count = countOf('uniform', size);
    const range = high - low;
    if (!Number.isFinite(range)) {
      throw new RangeError(`uniform() needs a finite range; got low ${low} and high ${high}.`);
    }
    return this.#draw(count, () => low + range * this.#generator.float64());
  }

  /**
   * Returns a normal deviate, as `normal(mean, std)`: Marsaglia's polar method, which makes two at a time and keeps the
   * second for the next call. With a size as many of them, as `normal(mean, std, size)`.
   *
   * @throws RangeError when `std` is negative or NaN, or the size is invalid; TypeError on arguments of another kind,
   *   and on further ones.
   */
  normal(mean?: number, std?: number): number;
  normal(mean: number | undefined, std: number | undefined, size: Size): Float64Array;
  normal(mean: unknown = 0, std: unknown = 1, size?: unknown, ...extra: unknown[]): number | Float64Array {
    assertNoMore('normal', 3, extra);
    assertNumber('normal', 'the mean', mean);
    assertStd('normal', std);
    return this.#draw(countOf('normal', size), () => mean + std * this.#gauss());
  }

  /**
   * Returns a standard normal deviate, as `randn()`; with a shape as many as it has elements: `randn(2, 3)` gives six.
   *
   * @throws TypeError or RangeError on an invalid size.
   */
  randn(): number;
  randn(...shape: [number, ...number[]]): Float64Array;
  randn(...shape: number[]): number | Float64Array {
    return this.#draw(countOf('randn', shape.length > 0 ? shape : undefined), () => this.#gauss());
  }

  /**
   * `count` normal deviates, as `normal(mean, std, count)`; reshape row-major for NumPy's `normal(mean, std, shape)`.
   *
   * @throws RangeError when `std` is negative or NaN, or `count` is not a count; TypeError on arguments of another
   *   kind, and on further ones.
   */
  normals(count: number, mean?: number, std?: number): Float64Array;
  normals(count: unknown, mean: unknown = 0, std: unknown = 1, ...extra: unknown[]): Float64Array {
    assertNoMore('normals', 3, extra);
    assertCount('normals', count);
    assertNumber('normals', 'the mean', mean);
    assertStd('normals', std);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = mean + std * this.#gauss();
    return values;
  }

  /**
   * Returns an integer of [low, high), as `randint(low, high)` with NumPy's default 64-bit integers; without `high` of
   * [0, low). With a size as many of them: an `Int32Array` where all of the range fits, a `Float64Array` otherwise.
   *
   * @throws RangeError unless both are safe integers, `low < high`, and `high - low` is a safe integer too, or when the
   *   size is invalid; TypeError on arguments of another kind, and on further ones.
   */
  randint(low: number, high?: number | null): number;
  randint(low: number, high: number | null | undefined, size: Size): Int32Array | Float64Array;
  randint(low: unknown, high?: unknown, size?: unknown, ...extra: unknown[]): number | Int32Array | Float64Array {
    assertNoMore('randint', 3, extra);
    return this.#integers('randint', low, high, size);
  }

  /**
   * Returns the same as {@link randint}, by the name that NumPy's `Generator` has for it; the numbers are those of
   * `randint`.
   */
  integers(low: number, high?: number | null): number;
  integers(low: number, high: number | null | undefined, size: Size): Int32Array | Float64Array;
  integers(low: unknown, high?: unknown, size?: unknown, ...extra: unknown[]): number | Int32Array | Float64Array {
    assertNoMore('integers', 3, extra);
    return this.#integers('integers', low, high, size);
  }

  /**
   * Returns an integer of [0, n), as `choice(n)`, or one of `items`, as `choice(items)`; with a size that many of them,
   * as `choice(a, size, replace, p)`.
   *
   * @param n the number of integers, or `items`: an array, a typed array or an ndarray of one dimension.
   * @param size how many to choose; left out, undefined or null: one, which is not in an array then.
   * @param replace whether the same may be chosen again; default true.
   * @param p a probability for each; default: all alike.
   * @returns with a size, of `n` an `Int32Array` (a `Float64Array` where n is above 2^31), of items an array of their
   *   kind, an ordinary one of ndarrays.
   * @throws RangeError when there is nothing to choose from, or not enough without replacement, and when `p` is not a
   *   distribution; TypeError on arguments of another kind, and on further ones.
   */
  choice(n: number, size?: null, replace?: boolean, p?: ArrayLike<number> | null): number;
  choice(n: number, size: Size, replace?: boolean, p?: ArrayLike<number> | null): Int32Array | Float64Array;
  choice<T>(
    items: ArrayLike<T> | { get(i: number): T },
    size?: null,
    replace?: boolean,
    p?: ArrayLike<number> | null,
  ): T;
  choice<A extends TypedArray>(items: A, size: Size, replace?: boolean, p?: ArrayLike<number> | null): A;
  choice<T>(
    items: ArrayLike<T> | { get(i: number): T },
    size: Size,
    replace?: boolean,
    p?: ArrayLike<number> | null,
  ): T[];
  choice(a: unknown, size?: unknown, replace: unknown = true, p?: unknown, ...extra: unknown[]): unknown {
    assertNoMore('choice', 4, extra);
    const source = sourceOf(a);
    const count = countOf('choice', size);
    assertBoolean('choice', 'replace', replace);
    const n = source.count;
    if (n === 0 && count !== 0) {
      throw new RangeError(`choice() needs a positive integer or a non-empty array; got ${describe(a)}.`);
    }
    const weights = p === undefined || p === null ? undefined : probabilitiesOf(p, n);
    const possible = weights === undefined ? n : weights.reduce((sum, weight) => sum + Number(weight > 0), 0);
    if (!replace && (count ?? 1) > possible) {
      throw new RangeError(
        `choice() without replacement needs at least as many items${weights ? ' of a probability above 0' : ''} as it ` +
          `chooses; got ${possible} for ${count ?? 1}.`,
      );
    }
    if (!replace && weights === undefined) assertCount('choice', n);
    if (count === undefined) return source.at(this.#chosen(n, 1, replace, weights)[0]!);
    return source.of(this.#chosen(n, count, replace, weights));
  }

  /**
   * Brings an array, a typed array, or the rows of an ndarray along its first dimension into another order, in place, as
   * `shuffle(x)`: Fisher and Yates, from the last element down.
   *
   * @throws TypeError when it is of another kind or frozen, and on further arguments; nothing is drawn then.
   */
  shuffle(x: { length: number; [index: number]: unknown } | NdArrayLike): void;
  shuffle(x: unknown, ...extra: unknown[]): void {
    assertNoMore('shuffle', 1, extra);
    this.#shuffle(exchangeOf(x));
  }

  /**
   * Returns the integers 0 to n - 1 in random order, as `permutation(n)`, or a shuffled copy of an array, a typed
   * array, or an ndarray along its first dimension, as `permutation(x)`.
   *
   * @throws RangeError when `n` is not a count; TypeError on arguments of another kind, and on further ones.
   */
  permutation(n: number): Int32Array;
  permutation<A extends TypedArray | NdArrayLike>(x: A): A;
  permutation<T>(x: ArrayLike<T>): T[];
  permutation(x: unknown, ...extra: unknown[]): unknown {
    assertNoMore('permutation', 1, extra);
    if (typeof x === 'number') return this.#permutation(x);
    const copy = copyOf(x);
    this.#shuffle(exchangeOf(copy));
    return copy;
  }

  /** Returns the whole state, to be kept as JSON and given to {@link setState}. */
  getState(): RandomStateSnapshot;
  getState(...extra: unknown[]): RandomStateSnapshot {
    assertNoMore('getState', 0, extra);
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
  setState(state: RandomStateSnapshot): void;
  setState(state: unknown, ...extra: unknown[]): void {
    assertNoMore('setState', 1, extra);
    assertSnapshot(state);
    this.#generator.key.set(state.key);
    this.#generator.position = state.position;
    this.#hasGauss = state.hasGauss;
    this.#cachedGaussian = state.cachedGaussian;
  }

  /** Returns one value, or as many as asked for. */
  #draw(count: number | undefined, next: () => number): number | Float64Array {
    if (count === undefined) return next();
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = next();
    return values;
  }

  #integers(method: string, first: unknown, second: unknown, size: unknown): number | Int32Array | Float64Array {
    const [low, high] = second === undefined || second === null ? [0, first] : [first, second];
    assertNumber(method, 'low', low);
    assertNumber(method, 'high', high);
    const count = countOf(method, size);
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !Number.isSafeInteger(high - low)) {
      throw new RangeError(`${method}() needs integers less than 2^53 apart; got low ${low} and high ${high}.`);
    }
    if (low >= high) throw new RangeError(`${method}() needs low < high; got low ${low} and high ${high}.`);
    if (count === undefined) return low + this.#interval(high - low - 1);
    const values = newIntegers(count, low, high);
    for (let i = 0; i < count; i++) values[i] = low + this.#interval(high - low - 1);
    return values;
  }

  /** Returns the indices of `count` of n items, in NumPy's four ways. */
  #chosen(n: number, count: number, replace: boolean, weights: Float64Array | undefined): Int32Array | Float64Array {
    if (weights !== undefined) return replace ? this.#weighted(weights, count) : this.#weightedOnce(weights, count);
    if (!replace) return this.#permutation(n).slice(0, count);
    const indices = newIntegers(count, 0, n);
    for (let i = 0; i < count; i++) indices[i] = this.#interval(n - 1);
    return indices;
  }

  #weighted(weights: Float64Array, count: number): Int32Array {
    const cdf = cumulative(weights);
    return Int32Array.from({ length: count }, () => indexOf(cdf, this.#generator.float64()));
  }

  /** Draws as many as are missing, keeps the first of each, and draws again for the others without these. */
  #weightedOnce(weights: Float64Array, count: number): Int32Array {
    const left = weights.slice();
    const found = new Set<number>();
    while (found.size < count) {
      for (const index of found) left[index] = 0;
      for (const index of this.#weighted(left, count - found.size)) found.add(index);
    }
    return Int32Array.from(found);
  }

  #permutation(n: number): Int32Array {
    assertCount('permutation', n);
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    this.#shuffle(exchangeOf(order));
    return order;
  }

  #shuffle({ count, swap }: Exchange): void {
    for (let i = count - 1; i > 0; i--) swap(i, this.#interval(i));
  }

  /** Returns a standard normal deviate: the kept one, or the first of a new pair. */
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

  /** Returns an integer of [0, max]: as many random bits as `max` has, drawn again while they exceed it. */
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

/** Returns the smallest 2^k - 1 that is at least `value`, for an integer of [1, 2^32). */
function bitMask(value: number): number {
  return 0xffffffff >>> Math.clz32(value);
}

function seedError(what: string): RangeError {
  return new RangeError(
    `A seed must be an integer from 0 to 4294967295 (2^32 - 1), or an array of them; ${what} is not.`,
  );
}

/** Returns memory for integers of [low, high). */
function newIntegers(count: number, low: number, high: number): Int32Array | Float64Array {
  return low >= -(2 ** 31) && high <= 2 ** 31 ? new Int32Array(count) : new Float64Array(count);
}

/** The population that `choice` draws from. */
interface Source {
  count: number;
  at(index: number): unknown;
  of(indices: Int32Array | Float64Array): unknown;
}

function sourceOf(a: unknown): Source {
  if (typeof a === 'number') {
    if (!Number.isSafeInteger(a) || a < 0) {
      throw new RangeError(`choice() needs a positive integer or a non-empty array; got ${describe(a)}.`);
    }
    return { count: a, at: (index) => index, of: (indices) => indices };
  }
  if (isNdArray(a) && a.shape.length === 1) {
    const at = (index: number) => a.get(index);
    return { count: a.shape[0]!, at, of: (indices) => Array.from(indices, at) };
  }
  if (!isItems(a) || isNdArray(a)) {
    throw new TypeError(
      `choice() needs a positive integer or a non-empty array of one dimension; got ${isNdArray(a) ? `an ndarray of ${a.shape.length}` : describe(a)}.`,
    );
  }
  const at = (index: number) => a[index];
  return {
    count: a.length,
    at,
    of: (indices) => {
      if (!ArrayBuffer.isView(a)) return Array.from(indices, at);
      const chosen = (a as unknown as Int32Array).slice(0, 0).constructor as Int32ArrayConstructor;
      return chosen.from(indices, at as (index: number) => number);
    },
  };
}
