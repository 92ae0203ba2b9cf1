import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint, readMetrics, runFolder } from '../src/node.js';
import { buildChild } from './support/build-child.js';
import { contentOf, lastStep, start, until } from './support/child-process.js';

let folder: string;
let program: string;
beforeAll(async () => {
  ({ folder, program } = await buildChild(new URL('./support/child.ts', import.meta.url)));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a run in a process of its own', () => {
  let unbroken: Awaited<ReturnType<typeof contentOf>>;
  beforeAll(async () => {
    const run = join(folder, 'unbroken');
    const child = start(program, 'run', run);
    expect([await child.end, child.output()]).toEqual([0, 'Reached the last step, 80.\n']);
    unbroken = await contentOf(run);
    expect((await readMetrics(runFolder(run).metrics)).filter(({ event }) => event === 'train')).toHaveLength(80);
    expect(unbroken.last.training!.step).toBe(80);
    expect(unbroken.best.training!.step).toBe(unbroken.last.training!.loop.best!.step);
  });

  it('killed with SIGKILL again and again gives, resumed, the same bytes', async () => {
    const run = join(folder, 'killed');
    const kills: string[] = [];
    for (const [step, delay] of [
      [3, 0],
      [14, 3],
      [23, 7],
      [37, 11],
      [46, 15],
      [58, 19],
      [70, 24],
    ] as const) {
      // The steps after this one take some 20 ms: the end comes in a step, an evaluation or a checkpoint.
      const child = start(program, 'run', run, String(step + 8));
      await until(child, async () => (await lastStep(run)) >= step);
      await sleep(delay);
      child.process.kill('SIGKILL');
      expect(await child.end).toBe('SIGKILL');
      kills.push(`${delay} ms after step ${step}, in step ${await lastStep(run)}`);
    }
    const last = start(program, 'run', run);
    expect([await last.end, last.output()], kills.join('; ')).toEqual([0, 'Reached the last step, 80.\n']);
    expect(await contentOf(run), kills.join('; ')).toEqual(unbroken);
  });

  it('interrupted with Ctrl-C ends with a checkpoint and gives, resumed, the same bytes', async (context) => {
    if (process.platform === 'win32') context.skip('Windows cannot send SIGINT to another process');
    const run = join(folder, 'interrupted');
    for (const [step, signal] of [
      [8, 'SIGINT'],
      [44, 'SIGTERM'],
    ] as const) {
      const child = start(program, 'run', run, String(step + 3));
      await until(child, async () => (await lastStep(run)) >= step);
      child.process.kill(signal);
      expect(await child.end).toBe(130);
      const { training } = await loadCheckpoint(runFolder(run).last);
      expect(child.output()).toBe(`Stopped on request after step ${training!.step}.\n`);
      const steps = (await readMetrics(runFolder(run).metrics)).map(({ step }) => step);
      expect(Math.max(...steps)).toBe(training!.step);
    }
    const last = start(program, 'run', run);
    expect(await last.end).toBe(0);
    expect(await contentOf(run)).toEqual(unbroken);
  });

  it('ends at once on a second signal', async (context) => {
    if (process.platform === 'win32') context.skip('Windows cannot send SIGINT to another process');
    const child = start(program, 'stuck');
    await until(child, () => child.output() === 'ready\n');
    child.process.kill('SIGINT');
    await until(child, () => child.output() === 'ready\ninterrupted by SIGINT\n');
    // A signal that comes sooner counts as the same one, arriving in two ways.
    await sleep(300);
    child.process.kill('SIGTERM');
    expect(await child.end).toBe(143);
  });
});
