import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';

const NAME = /^events\.out\.tfevents\.(\d+)\./;

/** Names an event file as TensorBoard expects it: by the second, in ten digits, the host, the process and a number. */
export function eventFileName(time: Date, number: number): string {
  const second = String(Math.floor(time.getTime() / 1000)).padStart(10, '0');
  return `events.out.tfevents.${second}.${hostname()}.${process.pid}.${number}`;
}

/** Finds the newest event file of a folder; undefined where there is none, or no folder. */
export async function newestEventFile(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const secondOf = (name: string) => Number(NAME.exec(name)![1]);
  const files = names.filter((name) => NAME.test(name)).sort();
  return files.sort((a, b) => secondOf(a) - secondOf(b)).at(-1);
}
