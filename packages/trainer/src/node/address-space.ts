import { readFileSync } from 'node:fs';

/** Addresses of a thread: V8 reserves some hundreds of MiB, and ends the whole process when it gets none. */
const THREAD_BYTES = 2 ** 30;

/** Whether a limit of the address space (`ulimit -v`) leaves room for another thread. Only Linux tells. */
export function hasRoomForThread(): boolean {
  try {
    const [, limit] = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    const [, used] = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return limit === undefined || Number(limit) - 1024 * Number(used) >= THREAD_BYTES;
  } catch {
    return true;
  }
}
