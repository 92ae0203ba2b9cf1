import type { backend_util } from '@tensorflow/tfjs-core';

/** A copy of a tensor's values. The encoded strings of a string tensor are shared: nothing writes to them. */
export function copyOfValues<T extends backend_util.BackendValues>(values: T): T {
  return values.slice() as T;
}
