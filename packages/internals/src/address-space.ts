/** Addresses that V8 reserves for a WebAssembly memory of any size, so that the processor checks its bounds. */
const MEMORY_BYTES = 10 * 2 ** 30;
/** Addresses to leave for V8 itself: if its heap cannot grow, it ends the whole process. */
const HEADROOM_BYTES = 2 ** 30;
/** Addresses of a thread: V8 reserves some hundreds of MiB, and ends the whole process when it gets none. */
const THREAD_BYTES = 2 ** 30;

/** The part of Node used here, which browsers do not have. */
interface NodeProcess {
  execArgv: string[];
  env: Record<string, string | undefined>;
  getBuiltinModule?: (name: 'node:fs') => { readFileSync(file: string, encoding: 'utf8'): string };
}

/**
 * Returns whether a limit of the address space (`ulimit -v`) leaves room for a WebAssembly memory and for the rest of
 * the program: 11 GiB. Only Linux tells. Without Node's trap handler, nothing is reserved.
 */
export function hasRoomForWebAssembly(): boolean {
  const process = nodeProcess();
  const flags = [...(process?.execArgv ?? []), process?.env.NODE_OPTIONS ?? ''].join(' ');
  return /--(disable-|no-)wasm-trap-handler/.test(flags) || addressSpaceLeft() >= MEMORY_BYTES + HEADROOM_BYTES;
}

/** Returns how many of `wanted` threads there are addresses for: all of them without a limit. */
export function threadsWithRoom(wanted: number): number {
  return Math.max(0, Math.min(wanted, Math.floor(addressSpaceLeft() / THREAD_BYTES)));
}

/**
 * Bytes that this process may still map; Infinity if there is no limit, or if the system is not Linux and does not
 * tell.
 */
function addressSpaceLeft(): number {
  try {
    const { readFileSync } = nodeProcess()!.getBuiltinModule!('node:fs');
    const [, limit] = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    if (limit === undefined) return Number.POSITIVE_INFINITY;
    const [, used] = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(limit) - 1024 * Number(used);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { process?: NodeProcess }).process;
}
