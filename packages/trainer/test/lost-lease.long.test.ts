import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder } from '../src/node.js';
import { buildChild } from './support/build-child.js';
import { contentOf, lastStep, start, startWith, until } from './support/child-process.js';

let folder: string;
let program: string;
let unbroken: Awaited<ReturnType<typeof contentOf>>;
beforeAll(async () => {
  ({ folder, program } = await buildChild(new URL('./support/child.ts', import.meta.url)));
  const run = join(folder, 'unbroken');
  expect(await start(program, 'run', run).end).toBe(0);
  unbroken = await contentOf(run);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const first = { TEST_HOST: 'node1', TEST_LEASE: '1' };
// Its clock is a minute ahead.
const second = { TEST_HOST: 'node2', TEST_LEASE: '60', TEST_CLOCK_MS: '60000' };

/** Returns every file of a run, byte for byte. */
async function bytesOf(run: string): Promise<Record<string, string>> {
  const names = await readdir(run, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')])));
}

describe.skipIf(process.platform === 'win32')('a stopped process whose run another machine has gone on with', () => {
  // In a step, an evaluation or a checkpoint, wherever it is.
  it.each([
    [3, 0],
    [14, 3],
    [27, 9],
    [41, 17],
    [62, 24],
  ])('writes nothing when it wakes after the end (stopped after step %d, and %d ms)', async (step, delay) => {
    const run = join(folder, `ended ${step}`);
    const stopped = startWith(first, program, 'run', run, String(step + 8));
    await until(stopped, async () => (await lastStep(run)) >= step);
    await sleep(delay);
    stopped.process.kill('SIGSTOP');
    const other = startWith(second, program, 'run', run);
    expect([await other.end, other.output()]).toEqual([0, 'Reached the last step, 80.\n']);
    expect(await contentOf(run)).toEqual(unbroken);
    const before = await bytesOf(run);
    stopped.process.kill('SIGCONT');
    expect(await stopped.end).toBe(1);
    expect(stopped.output()).toMatch(/LockLostError: .*run\.lock was removed while this process held it/);
    expect(await bytesOf(run)).toEqual(before);
  });

  it('ends when it wakes while that trains, which comes to the same numbers', async () => {
    const run = join(folder, 'awake');
    const stopped = startWith(first, program, 'run', run, '40');
    await until(stopped, async () => (await lastStep(run)) >= 20);
    stopped.process.kill('SIGSTOP');
    const other = startWith(second, program, 'run', run, '60');
    await until(other, async () => {
      const { host } = JSON.parse(await readFile(runFolder(run).lock, 'utf8').catch(() => '{}')) as { host?: string };
      return host === 'node2' && (await lastStep(run)) >= 60;
    });
    const before = await bytesOf(run);
    stopped.process.kill('SIGCONT');
    expect(await stopped.end).toBe(1);
    expect(stopped.output()).toMatch(
      /LockLostError: process \d+ on node2 \(training on node2, since .*\) has taken over/,
    );
    expect(await bytesOf(run)).toEqual(before);
    // On its own machine the one that is stopped now would be respected; here it is killed.
    other.process.kill('SIGKILL');
    await other.end;
    const third = startWith({ ...second, TEST_HOST: 'node2' }, program, 'run', run);
    expect(await third.end).toBe(0);
    expect(await contentOf(run)).toEqual(unbroken);
  });
});
