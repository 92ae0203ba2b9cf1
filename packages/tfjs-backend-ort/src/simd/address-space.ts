import { readFileSync } from 'node:fs';

/** Addresses of a helper thread: V8 reserves some hundreds of MiB, and ends the whole process when it gets none. */
const HELPER_BYTES = 2 ** 30;

/** How many of `wanted` helper threads there are addresses for: all of them without a limit (`ulimit -v`). */
export function helpersWithRoom(wanted: number): number {
  return Math.max(0, Math.min(wanted, Math.floor(addressSpaceLeft() / HELPER_BYTES)));
}

/** Bytes that this process may still map; Infinity where there is no limit or the system, not being Linux, tells none. */
function addressSpaceLeft(): number {
  try {
    const [, limit] = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    if (limit === undefined) return Number.POSITIVE_INFINITY;
    const [, used] = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(limit) - 1024 * Number(used);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
