import { open } from 'node:fs/promises';
import { requireFile } from '@cifarlab/trainer/node';

/** Bytes at the end of a file that are read. */
const MOST_BYTES = 4096;

/** Characters of the line that are kept. */
const MOST_CHARACTERS = 500;

/** Returns the last line of a text file that is not blank; empty where there is none, or no such file. */
export async function lastLine(file: string): Promise<string> {
  return (await lastLines(file)).at(-1) ?? '';
}

/** Returns the last lines of a text file that are not blank, as many as a few kilobytes hold; none where there is no file. */
export async function lastLines(file: string): Promise<string[]> {
  try {
    // A pipe would keep whoever opens it waiting.
    await requireFile(file);
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const { bytesRead, buffer } = await handle.read(new Uint8Array(MOST_BYTES), {
        position: Math.max(0, size - MOST_BYTES),
      });
      const lines = Buffer.from(buffer.subarray(0, bytesRead)).toString('utf8').split('\n');
      return lines.map((line) => line.trim().slice(0, MOST_CHARACTERS)).filter((line) => line !== '');
    } finally {
      await handle.close();
    }
  } catch {
    return [];
  }
}
