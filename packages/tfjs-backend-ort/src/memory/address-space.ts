import { readFileSync } from 'node:fs';

/** Addresses of a helper thread: V8 reserves some hundreds of MiB, and ends the whole process when it gets none. */
const HELPER_BYTES = 2 ** 30;

/** Addresses that V8 reserves for a WebAssembly memory of any size, so that the processor checks its bounds. */
const MEMORY_BYTES = 10 * 2 ** 30;
/** What V8 itself must still get afterwards: where its heap cannot grow, it ends the whole process. */
const HEADROOM_BYTES = 2 ** 30;

/** Whether there are addresses for a WebAssembly memory and the rest; without Node's trap handler none are reserved. */
export function hasRoomForMemory(): boolean {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  if (/--(disable-|no-)wasm-trap-handler/.test(flags)) return true;
  return addressSpaceLeft() >= MEMORY_BYTES + HEADROOM_BYTES;
}

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
