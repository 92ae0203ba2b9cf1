import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildChild } from './support/build-child.js';
import { contentOf, lastStep, start, until } from './support/child-process.js';
import { uniform } from './support/uniform.js';

let folder: string;
let program: string;
let data: string;
beforeAll(async () => {
  ({ folder, program } = await buildChild(new URL('./support/child-tfjs.ts', import.meta.url)));
  data = await writePictures(join(folder, 'data'), 12);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Pictures in CIFAR-10's binary layout: the brightness tells the class. */
async function writePictures(path: string, perFile: number): Promise<string> {
  await mkdir(path);
  const random = uniform(3);
  for (const name of [...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}`), 'test_batch']) {
    const records = new Uint8Array(perFile * 3073);
    for (let start = 0; start < records.length; start += 3073) {
      const label = Math.floor(random() * 10);
      records[start] = label;
      for (let i = start + 1; i < start + 3073; i++) records[i] = 20 * label + 60 * random();
    }
    await writeFile(join(path, `${name}.bin`), records);
  }
  return path;
}

it('a run with batch norm, dropout and augmentation, killed again and again, gives the same bytes', async () => {
  const unbroken = join(folder, 'unbroken');
  const whole = start(program, unbroken, data);
  expect([await whole.end, whole.output()]).toEqual([0, 'Reached the last step, 40.\n']);

  const killed = join(folder, 'killed');
  const kills: string[] = [];
  for (const [step, delay] of [
    [3, 2],
    [13, 14],
    [22, 27],
    [34, 38],
  ] as const) {
    // Not beyond the step after the next checkpoint: the end comes in a step, an evaluation or a checkpoint.
    const child = start(program, killed, data, String(step + 6));
    await until(child, async () => (await lastStep(killed)) >= step);
    await sleep(delay);
    child.process.kill('SIGKILL');
    expect(await child.end).toBe('SIGKILL');
    kills.push(`${delay} ms after step ${step}, in step ${await lastStep(killed)}`);
  }
  const last = start(program, killed, data);
  expect([await last.end, last.output()], kills.join('; ')).toEqual([0, 'Reached the last step, 40.\n']);
  expect(await contentOf(killed), kills.join('; ')).toEqual(await contentOf(unbroken));
});
