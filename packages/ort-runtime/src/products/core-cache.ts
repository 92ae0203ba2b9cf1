import { readFileSync } from 'node:fs';

/** The second-level cache of a core of AMD's Zen 3, among the smallest of today: what is assumed where none is known. */
const SMALL = 512 * 1024;

let known: number | undefined;

/** Returns the bytes of a core's second-level cache, where Linux tells; elsewhere a small one's. */
export function coreCacheBytes(): number {
  known ??= readCacheBytes();
  return known;
}

function readCacheBytes(): number {
  try {
    const size = readFileSync('/sys/devices/system/cpu/cpu0/cache/index2/size', 'utf8');
    const [, kibibytes] = /^(\d+)K\s*$/.exec(size) ?? [];
    return kibibytes === undefined ? SMALL : Number(kibibytes) * 1024;
  } catch {
    return SMALL;
  }
}
