import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of a cluster under test. */
export interface ClusterProcess {
  pid: number;
  parent: number;
  /** Words of its command line. */
  words: readonly string[];
  env: ReadonlyMap<string, string>;
}

/** Lists the processes that have a variable in the environment with which they were started. */
export async function processesWith(name: string, value: string): Promise<ClusterProcess[]> {
  const found: ClusterProcess[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const one = await readProcess(entry).catch(() => undefined);
    if (one?.env.get(name) === value) found.push(one);
  }
  return found;
}

async function readProcess(pid: string): Promise<ClusterProcess> {
  const [environ, cmdline, stat] = await Promise.all(
    ['environ', 'cmdline', 'stat'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
  );
  const pairs = environ!.split('\0').map((line) => {
    const equals = line.indexOf('=');
    return [line.slice(0, equals), line.slice(equals + 1)] as const;
  });
  const fields = stat!.slice(stat!.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(pid), parent: Number(fields[1]), words: cmdline!.split('\0'), env: new Map(pairs) };
}

/** Sends a signal to a process, which may have ended by now. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until something holds. @throws Error naming it, when it does not within the time. */
export async function until<T>(
  what: string,
  holds: () => Promise<T | undefined | false>,
  { seconds = 120, every = 100 }: { seconds?: number; every?: number } = {},
): Promise<T> {
  const deadline = performance.now() + 1000 * seconds;
  for (;;) {
    const value = await holds();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${seconds} seconds`);
    await sleep(every);
  }
}
