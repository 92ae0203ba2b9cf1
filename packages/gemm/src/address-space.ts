/** Addresses that V8 reserves for a WebAssembly memory of any size, and what it must still get for its own heap. */
const NEEDED_BYTES = 11 * 2 ** 30;

/** The part of Node used here, which browsers do not have. */
interface NodeProcess {
  execArgv: string[];
  env: Record<string, string | undefined>;
  getBuiltinModule?: (name: 'node:fs') => { readFileSync(file: string, encoding: 'utf8'): string };
}

/**
 * Whether a limit of the address space (`ulimit -v`) leaves room for a WebAssembly memory: where V8's heap cannot grow
 * beside it, the whole process ends. Only Linux tells. Without Node's trap handler, nothing is reserved.
 */
export function hasRoomForWebAssembly(): boolean {
  const { process } = globalThis as { process?: NodeProcess };
  try {
    const flags = [...process!.execArgv, process!.env.NODE_OPTIONS ?? ''].join(' ');
    if (/--(disable-|no-)wasm-trap-handler/.test(flags)) return true;
    const { readFileSync } = process!.getBuiltinModule!('node:fs');
    const [, limit] = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    const [, used] = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return limit === undefined || Number(limit) - 1024 * Number(used) >= NEEDED_BYTES;
  } catch {
    return true;
  }
}
