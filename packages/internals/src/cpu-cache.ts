import { readFileSync } from 'node:fs';

/** Where Linux tells the sizes of the first core's caches, as `2048K`. */
const SIZE_FILES = '/sys/devices/system/cpu/cpu0/cache';
/** Caches of AMD's Zen 3, among the smallest of today: what is assumed where none is known. */
const SMALL = { 2: 512 * 2 ** 10, 3: 16 * 2 ** 20 } as const;

const known = new Map<number, number>();

/**
 * Returns the bytes of a cache, where Linux tells; elsewhere a small one's.
 *
 * @param level 2 for that of a core, 3 for that which cores share.
 */
export function cacheBytes(level: 2 | 3): number {
  const bytes = known.get(level) ?? readCacheBytes(`${SIZE_FILES}/index${level}/size`) ?? SMALL[level];
  known.set(level, bytes);
  return bytes;
}

/** Returns the bytes that a file of that kind tells; undefined if it does not. */
export function readCacheBytes(file: string): number | undefined {
  try {
    const [, kibibytes] = /^(\d+)K\s*$/.exec(readFileSync(file, 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
