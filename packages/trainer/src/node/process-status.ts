import { readFile } from 'node:fs/promises';

/** Status of a process, from Linux's /proc; its fields are null if there is no /proc or no such process. */
export interface ProcessStatus {
  /** One letter, `Z` for a zombie. */
  state: string | null;
  /** Time of its start, in clock ticks since the machine's start: another process may get the same number later. */
  started: string | null;
}

/** Reads the status of a process. */
export async function processStatus(pid: number): Promise<ProcessStatus> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return { state: null, started: null };
  // Counted after the name in brackets, which may hold blanks: the 3rd field and the 22nd.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? null, started: fields[19] ?? null };
}
