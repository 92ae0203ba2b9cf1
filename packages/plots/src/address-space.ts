import { readFileSync } from 'node:fs';

/** Addresses that V8 reserves for a WebAssembly memory of any size, so that the processor checks its bounds. */
const RESERVED_BYTES = 10 * 2 ** 30;
/** What V8 itself must still get afterwards: where its heap cannot grow, it ends the whole process. */
const HEADROOM_BYTES = 2 ** 30;

/**
 * Whether a limit of the address space (`ulimit -v`) leaves room for a WebAssembly memory and for the rest of the
 * program. Only Linux tells. Without Node's trap handler, nothing is reserved.
 */
export function hasRoomForWebAssembly(): boolean {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  if (/--(disable-|no-)wasm-trap-handler/.test(flags)) return true;
  return addressSpaceLeft() >= RESERVED_BYTES + HEADROOM_BYTES;
}

function addressSpaceLeft(): number {
  try {
    const [, limit] = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    const [, used] = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit) - 1024 * Number(used);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
