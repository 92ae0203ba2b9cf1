import { readFileSync } from 'node:fs';

/** The second-level cache of a core of AMD's Zen 3, among the smallest of today: what is assumed where none is known. */
const SMALL = 512 * 1024;
/** Where Linux tells its size, as `2048K`. */
const SIZE_FILE = '/sys/devices/system/cpu/cpu0/cache/index2/size';

let known: number | undefined;

/** Returns the bytes of a core's second-level cache, where Linux tells; elsewhere a small one's. */
export function coreCacheBytes(): number {
  known ??= readCacheBytes(SIZE_FILE);
  return known;
}

/** Returns the bytes that a file of that kind tells; a small cache's if it does not. */
export function readCacheBytes(file: string): number {
  try {
    const [, kibibytes] = /^(\d+)K\s*$/.exec(readFileSync(file, 'utf8')) ?? [];
    return kibibytes === undefined ? SMALL : Number(kibibytes) * 1024;
  } catch {
    return SMALL;
  }
}
