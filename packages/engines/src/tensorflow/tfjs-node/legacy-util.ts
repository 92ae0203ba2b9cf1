import util from 'node:util';

/** Functions that Node 23 removed from its module `util`, and that tfjs-node 4.22 calls whenever values come or go. */
const removed: Record<string, (value: unknown) => boolean> = {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/**
 * Puts back those of the functions that this Node no longer has. They are found by `require('util')` alone: named
 * imports of `node:util` stay as they were.
 *
 * @returns what takes them away again.
 */
export function restoreLegacyUtil(): () => void {
  const missing = Object.entries(removed).filter(([name]) => !(name in util));
  for (const [name, value] of missing) Object.defineProperty(util, name, { value, configurable: true });
  return () => {
    for (const [name] of missing) Reflect.deleteProperty(util, name);
  };
}
