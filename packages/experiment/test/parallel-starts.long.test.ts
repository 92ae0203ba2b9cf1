import { mkdir, readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readMetrics } from '@cifarlab/trainer/node';
import { afterEach, describe, expect, it } from 'vitest';
import { resumeRun, trainRun } from '../src/index.js';
import { expectSameRun, trainAndKill } from './support/stopped-run.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const settings = { batchSize: 60, maxSteps: 6, evalFreq: 3, dnnHiddenUnits: [4] };
const common = { network: 'mlp-ndarray', engine: { name: 'wasm' as const }, data: mini };

/** Returns the reasons of refusals. */
function refusals(ends: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
}

describe('runs that start at once', () => {
  it('in one folder: one trains, the others say who does and touch nothing', async () => {
    const out = workspace('one', 'folder');
    const start = (command: string) => trainRun({ ...common, settings, out, command }).result;
    const ends = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => start(`start ${name}`)));
    const refused = refusals(ends);
    expect(refused).toHaveLength(3);
    for (const reason of refused) {
      expect(reason).toMatchObject({ name: 'RunError', code: expect.stringMatching(/^(in-use|folder-filled)$/) });
      expect(String(reason)).toMatch(/is in use: process \d+ on .* \(start [a-d], since|is not empty;/);
    }
    const alone = workspace('one', 'alone');
    await trainRun({ ...common, settings, out: alone }).result;
    expect(await listing(out)).toEqual(await listing(alone));
    await expectSameRun(out, alone);
  });

  it('to continue one: one does, the others say so and write nothing', { timeout: 120_000 }, async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals to send');
    const long = { ...settings, maxSteps: 400 };
    const unbroken = workspace('whole');
    await trainRun({ ...common, settings: long, out: unbroken }).result;
    const run = workspace('twice');
    await trainAndKill({ ...common, settings: long, out: run } as { out: string }, (step) => step >= 30);
    const resume = () => resumeRun(run, { data: mini, command: 'a second start' }).result;
    const refused = refusals(await Promise.allSettled([resume(), resume(), resume()]));
    expect(refused).toHaveLength(2);
    for (const reason of refused) {
      expect(reason).toMatchObject({ name: 'RunError', code: 'in-use' });
      const holder = `process ${process.pid} on ${hostname()} (a second start, since `;
      expect(String(reason)).toContain(`twice is in use: ${holder}`);
    }
    await expectSameRun(run, unbroken);
    const stepsOf = async (one: string) => (await readMetrics(join(one, 'metrics.jsonl'))).map(({ step }) => step);
    expect(await stepsOf(run)).toEqual(await stepsOf(unbroken));
    expect(await listing(run)).not.toContain('run.lock');
  });
});

describe('runs without a folder that start at once', () => {
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  it('have one of their own each, in an order that can be sorted', async () => {
    await mkdir(workspace('here'));
    process.chdir(workspace('here'));
    const seeds = [0, 1, 2, 3, 4];
    await Promise.all(seeds.map((seed) => trainRun({ ...common, settings: { ...settings, seed } }).result));
    const folders = await readdir(workspace('here', 'runs'));
    expect(folders).toHaveLength(5);
    const found: number[] = [];
    for (const folder of folders) {
      expect(folder).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-mlp-ndarray(-[2-5])?$/);
      const config = await readFile(workspace('here', 'runs', folder, 'config.json'), 'utf8');
      found.push((JSON.parse(config) as { settings: { seed: number } }).settings.seed);
    }
    expect(found.sort()).toEqual(seeds);
  });
});
