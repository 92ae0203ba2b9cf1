import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { readLines } from './workspace.js';

/** Waits until the run is some steps past a checkpoint that will do. */
export async function pastCheckpoint(
  run: string,
  child: ChildProcess,
  wanted: (step: number) => boolean,
  steps = 3,
): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('The run ended before it could be stopped.');
    await sleep(2);
    try {
      const saved = await savedStep(run);
      if (wanted(saved) && (await readLines(run)).at(-1)!.step >= saved + steps) return;
    } catch (error) {
      // Files that are not there yet, or are just being replaced.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** The step of the run's last checkpoint. */
export async function savedStep(run: string): Promise<number> {
  const text = await readFile(join(run, 'checkpoints', 'last', 'state.json'), 'utf8');
  return (JSON.parse(text) as { training: { step: number } }).training.step;
}

/** Expects the same numbers and the same last checkpoint of both runs, byte for byte. */
export async function expectSameRun(run: string, unbroken: string): Promise<void> {
  const last = join('checkpoints', 'last');
  const names = (await readdir(join(unbroken, last))).sort();
  expect((await readdir(join(run, last))).sort()).toEqual(names);
  expect(names).toHaveLength(3);
  for (const name of ['metrics.jsonl', ...names.map((file) => join(last, file))]) {
    const [got, wanted] = await Promise.all([run, unbroken].map((folder) => readFile(join(folder, name))));
    expect(got!.equals(wanted!), name).toBe(true);
  }
}
