import { SafetensorsError } from './error.js';
import { describe, quote } from './excerpt.js';

/** Prefixes that PyTorch's `DataParallel`, `DistributedDataParallel` and `torch.compile` put before every name. */
const WRAPPERS = ['module.', '_orig_mod.'];

/**
 * Returns the same tensors under names without a prefix.
 *
 * @param tensors name -> tensor, an object or a Map; left as it is.
 * @param prefix what to take away from the names that start with it, all others staying as they are. Left out:
 *   `module.` and `_orig_mod.`, also one after the other (`module._orig_mod.`), where all names start with it.
 * @returns an object or a Map, as given, in the same order.
 * @throws SafetensorsError when no name starts with the prefix given, or two names would become the same.
 */
export function stripPrefix<T>(tensors: ReadonlyMap<string, T>, prefix?: string): Map<string, T>;
export function stripPrefix<T>(tensors: Readonly<Record<string, T>>, prefix?: string): Record<string, T>;
export function stripPrefix<T>(
  tensors: ReadonlyMap<string, T> | Readonly<Record<string, T>>,
  prefix?: string,
): Map<string, T> | Record<string, T> {
  if (typeof tensors !== 'object' || tensors === null) {
    throw new SafetensorsError(`Tensors must be an object or a Map of names; got ${describe(tensors)}.`);
  }
  if (prefix !== undefined && typeof prefix !== 'string') {
    throw new SafetensorsError(`A prefix must be a text such as "module."; got ${describe(prefix)}.`);
  }
  const entries: [string, T][] = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  const names = entries.map(([name]) => name);
  const taken = prefix ?? commonWrappers(names);
  if (prefix !== undefined && !names.some((name) => name.startsWith(prefix))) {
    throw new SafetensorsError(
      `No name starts with ${quote(prefix)}: the names are ${names.slice(0, 3).map(quote).join(', ')}${names.length > 3 ? ', …' : ''}.`,
    );
  }
  const stripped = new Map<string, T>();
  for (const [name, tensor] of entries) {
    const short = name.startsWith(taken) ? name.slice(taken.length) : name;
    if (stripped.has(short)) {
      throw new SafetensorsError(
        `Without ${quote(taken)} two tensors would be named ${quote(short)}: leave one of them out first.`,
      );
    }
    stripped.set(short, tensor);
  }
  return tensors instanceof Map ? stripped : Object.fromEntries(stripped);
}

function commonWrappers(names: readonly string[]): string {
  let common = '';
  if (names.length === 0) return common;
  for (;;) {
    const next = WRAPPERS.map((wrapper) => common + wrapper).find((start) =>
      names.every((name) => name.startsWith(start) && name.length > start.length),
    );
    if (next === undefined) return common;
    common = next;
  }
}
