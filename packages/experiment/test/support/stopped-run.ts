import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readMetrics } from '@cifarlab/trainer/node';
import { expect } from 'vitest';

const trainer = fileURLToPath(new URL('../children/train.mjs', import.meta.url));

/**
 * Trains in a process of its own, and kills that when the run is some steps past a checkpoint that will do.
 *
 * @param options of `trainRun`.
 */
export async function trainAndKill(
  options: { out: string },
  wanted: (step: number) => boolean,
  steps?: number,
): Promise<void> {
  const child = spawn(process.execPath, [trainer, JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
  await pastCheckpoint(options.out, child, wanted, steps);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}

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
      const lines = await readMetrics(join(run, 'metrics.jsonl'));
      if (wanted(saved) && lines.at(-1)!.step >= saved + steps) return;
    } catch {
      // Files that are not there yet, or are just being replaced.
    }
  }
}

/** Returns the step of the run's last checkpoint. */
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
