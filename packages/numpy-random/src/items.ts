import { isCount } from './arguments.js';
import { describe } from './snapshot.js';

/** An [ndarray](https://github.com/scijs/ndarray) of any kind, as far as this package uses it. */
export interface NdArrayLike {
  /** The memory that it is a view of. */
  data: unknown;
  /** Sizes of the dimensions. */
  readonly shape: readonly number[];
  /** Elements of memory from one index of a dimension to the next. */
  readonly stride: readonly number[];
  /** Element of memory where it starts. */
  readonly offset: number;
  /** Reads one element. */
  get(...index: number[]): unknown;
  /** Returns a view of all of it or a part. */
  hi(...shape: number[]): NdArrayLike;
}

/** An array, a typed array, or another object with a length and elements. */
export interface Items<T> {
  /** The number of elements. */
  readonly length: number;
  /** The elements. */
  [index: number]: T;
}

/** Returns whether a value is an ndarray: told by what it can do, since there may be several copies of that package. */
export function isNdArray(value: unknown): value is NdArrayLike {
  if (typeof value !== 'object' || value === null) return false;
  const { shape, stride, get, hi } = value as Partial<NdArrayLike>;
  return Array.isArray(shape) && Array.isArray(stride) && typeof get === 'function' && typeof hi === 'function';
}

/** Returns whether a value is an object with a number of elements. */
export function isItems(value: unknown): value is Items<unknown> {
  return typeof value === 'object' && value !== null && isCount((value as { length?: unknown }).length);
}

/** How to exchange two of the elements, or rows of the first dimension, that `shuffle` brings into another order. */
export interface Exchange {
  /** Number of elements or rows. */
  count: number;
  /** Exchanges two of them. */
  swap(i: number, j: number): void;
}

/**
 * Returns the exchange of an array's elements, or of an ndarray's rows along its first dimension.
 *
 * @throws TypeError when `x` is neither, or cannot be written to.
 */
export function exchangeOf(x: unknown): Exchange {
  if (isNdArray(x) && x.shape.length > 0) return exchangeOfRows(x);
  if (!isItems(x) || isNdArray(x)) {
    throw new TypeError(
      `shuffle() needs an array, a typed array, or an ndarray with a dimension; got ${describe(x)}${isNdArray(x) ? ' without one' : ''}.`,
    );
  }
  if (Object.isFrozen(x) && x.length > 1) {
    throw new TypeError('shuffle() changes its argument in place, and this one is frozen; give it a copy.');
  }
  return {
    count: x.length,
    swap: (i, j) => {
      const swapped = x[i];
      x[i] = x[j];
      x[j] = swapped;
    },
  };
}

function exchangeOfRows({ data, shape, stride, offset }: NdArrayLike): Exchange {
  const [count, ...rest] = shape as [number, ...number[]];
  const size = rest.reduce((product, length) => product * length, 1);
  const places = Array.from({ length: size }, (_, flat) => offset + distanceOf(flat, rest, stride.slice(1)));
  const store = data as { get(index: number): unknown; set(index: number, value: unknown): void };
  const { swap } =
    typeof store.get === 'function' && typeof store.set === 'function' ? exchangeInStore(store) : exchangeOf(data);
  return {
    count,
    swap: (i, j) => {
      if (i === j) return;
      for (const place of places) swap(place + i * stride[0]!, place + j * stride[0]!);
    },
  };
}

/** Elements of memory that ndarrays reach by methods. */
function exchangeInStore(store: { get(index: number): unknown; set(index: number, value: unknown): void }) {
  return {
    swap: (i: number, j: number) => {
      const swapped = store.get(i);
      store.set(i, store.get(j));
      store.set(j, swapped);
    },
  };
}

/** Returns how far in memory the element at a row-major position of a row is from the row's first. */
function distanceOf(flat: number, shape: readonly number[], stride: readonly number[]): number {
  let rest = flat;
  let distance = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    distance += (rest % shape[axis]!) * stride[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return distance;
}

/**
 * Returns a copy of an array, a typed array or an ndarray, of the same kind.
 *
 * @throws TypeError when `x` is neither, or an ndarray over memory of another kind.
 */
export function copyOf(x: unknown): unknown {
  if (isNdArray(x)) {
    const { data } = x;
    if (!Array.isArray(data) && !(ArrayBuffer.isView(data) && 'slice' in data)) {
      throw new TypeError('permutation() copies ndarrays over arrays and typed arrays only; shuffle() takes any.');
    }
    const copy = x.hi(...x.shape);
    copy.data = (data as unknown[]).slice();
    return copy;
  }
  if (!isItems(x)) {
    throw new TypeError(`permutation() needs a count, an array, a typed array or an ndarray; got ${describe(x)}.`);
  }
  return ArrayBuffer.isView(x) ? (x as unknown as { slice(): unknown }).slice() : Array.from(x);
}
