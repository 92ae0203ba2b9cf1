import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns the lines of a run's `metrics.jsonl`. */
export async function readLines(
  run: string,
): Promise<{ event: string; split?: string; step: number; loss: number; accuracy: number }[]> {
  const text = await readFile(join(run, 'metrics.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
