import type { backend_util, TypedArray } from '@tensorflow/tfjs-core';

/**
 * Returns a copy of a tensor's values, in memory of its own. The encoded strings of a string tensor are shared: nothing
 * writes to them.
 */
export function copyOfValues<T extends backend_util.BackendValues>(values: T): T {
  if (Array.isArray(values)) return values.slice() as unknown as T;
  // `slice` takes ten times as long where the memory is shared between threads.
  const typed = values as TypedArray;
  const copy = new (typed.constructor as new (length: number) => TypedArray)(typed.length);
  copy.set(typed);
  return copy as unknown as T;
}
