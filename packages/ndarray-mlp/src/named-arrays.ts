import ndarray, { type NdArray } from 'ndarray';
import { sameShape, show } from './checks.js';
import { assign, type FloatNdArray, zeros } from './float-array.js';

/** Arrays by name, as they are saved: biases and other rows [1, M] as vectors [M], PyTorch's layout. */
export type NamedArrays = Record<string, FloatNdArray>;

function savedShape(x: FloatNdArray): readonly number[] {
  return x.dimension === 2 && x.shape[0] === 1 ? [x.shape[1]!] : x.shape;
}

/** Copies of `arrays` in the layout they are saved in. */
export function snapshot(arrays: Readonly<Record<string, FloatNdArray>>): NamedArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, x]) => {
      const copy = zeros(x.shape, x.dtype);
      assign(copy, x);
      return [name, ndarray(copy.data, [...savedShape(x)]) as FloatNdArray];
    }),
  );
}

/**
 * Requires that `saved` can be restored into `arrays`: the same names, shapes and dtypes.
 *
 * @throws RangeError naming the first array that does not fit.
 */
export function requireFit(
  arrays: Readonly<Record<string, FloatNdArray>>,
  saved: Readonly<Record<string, NdArray>>,
  what: string,
): asserts saved is NamedArrays {
  const unknown = Object.keys(saved).find((name) => !Object.hasOwn(arrays, name));
  if (unknown !== undefined) {
    throw new RangeError(
      `${what}: the state has an array '${unknown}' that is not in ${show(Object.keys(arrays))}; ` +
        'it was saved from another network or other settings.',
    );
  }
  for (const [name, x] of Object.entries(arrays)) {
    const found = Object.hasOwn(saved, name) ? saved[name] : undefined;
    if (found === undefined) {
      throw new RangeError(
        `${what}: the state lacks the array '${name}'; it was saved from another network or settings.`,
      );
    }
    if (typeof found?.get !== 'function') {
      throw new TypeError(
        `${what}: '${name}' is not an ndarray; of the { shape, data } of a file make one by ndarray(data, shape).`,
      );
    }
    const shape = savedShape(x);
    if (!sameShape(found.shape, shape) || found.dtype !== x.dtype) {
      throw new RangeError(
        `${what}: '${name}' is ${found.dtype} ${show(found.shape)} in the state, but ${x.dtype} ${show(shape)} here; ` +
          'make the network with the settings it was saved with.',
      );
    }
  }
}

/** Copies `saved`, which passed `requireFit`, into `arrays`. */
export function restore(arrays: Readonly<Record<string, FloatNdArray>>, saved: NamedArrays): void {
  for (const [name, x] of Object.entries(arrays)) assign(ndarray(x.data, [...savedShape(x)]), saved[name]!);
}
