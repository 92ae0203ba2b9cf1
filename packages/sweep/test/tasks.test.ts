import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { acquireLock } from '@cifarlab/trainer/node';
import { describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../experiment/test/support/workspace.js';
import {
  collectSweep,
  parseSweepFile,
  planSweep,
  runSweep,
  runTask,
  type SweepSummary,
  selectionLines,
  type TaskEvent,
  type Trial,
  type TrialRunner,
} from '../src/index.js';
import { failure, fakeRunner } from './support/fake-runner.js';

const workspace = useWorkspace();
const settings = { 'validation-size': 40, 'max-steps': 7 };
const file = { model: 'mlp', settings, grid: { momentum: [0, 0.5, 0.9] }, seeds: [1, 2] };
const plan = planSweep(parseSweepFile(JSON.stringify(file), 'my.json'));
const data = { dataDir: miniDataset, offline: true, allowUnverified: true };
const common = { plan, data, jobs: 1, threads: 2 };
const accuracies: Record<string, number[]> = { 0: [0.5, 0.52], 0.5: [0.6, 0.3], 0.9: [0.54, 0.5] };
const accuracyOf = ({ configuration, seed }: Trial) =>
  accuracies[(configuration.settings as unknown as { momentum: number }).momentum]![seed - 1]!;

async function task(name: string, number: number, runner: TrialRunner, options: object = {}) {
  const events: TaskEvent[] = [];
  const stream = runTask({ ...common, out: workspace(name), task: number, runner, ...options });
  for await (const event of stream) events.push(event);
  return { end: await stream.result, types: events.map(({ type }) => type).filter((type) => type !== 'data') };
}

async function collect(name: string, runner: TrialRunner): Promise<SweepSummary> {
  const end = await collectSweep({ ...common, out: workspace(name), runner }).result;
  if (end.status !== 'done') throw new Error(end.status);
  return end.summary;
}

/** Returns the numbers of the summary that do not depend on the time that it took. */
const numbersOf = ({ seconds, wallSeconds, configurations, trials, ...rest }: SweepSummary) => ({
  ...rest,
  configurations: configurations.map(({ seconds: _, ...one }) => one),
  trials: trials.map(({ seconds: _, ...one }) => one),
});

describe('the trials of a sweep as tasks', () => {
  it('in any order, then collected, give what the sweep gives', async () => {
    await runSweep({ ...common, out: workspace('whole'), runner: fakeRunner(accuracyOf) }).result;
    const runner = fakeRunner(accuracyOf);
    for (const number of [4, 0, 5, 2, 1, 3]) {
      const { end, types } = await task('tasks', number, runner);
      expect(end.status).toBe('done');
      expect(types).toEqual(['started', 'progress', 'ended']);
    }
    expect(runner.calls).toEqual([
      ...['train momentum 0.5 2', 'train momentum 0 1', 'train momentum 0.9 2'],
      ...['train momentum 0.9 1', 'train momentum 0.5 1', 'train momentum 0 2'],
    ]);
    const summary = await collect('tasks', runner);
    expect(runner.calls.slice(6)).toEqual(['test momentum 0.9 1', 'test momentum 0.9 2']);
    const whole = JSON.parse(await readFile(workspace('whole', 'summary.json'), 'utf8')) as SweepSummary;
    expect(numbersOf(summary)).toEqual(numbersOf(whole));
    expect(JSON.parse(await readFile(workspace('tasks', 'summary.json'), 'utf8'))).toEqual(summary);
    expect((await listing(workspace('tasks'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('that are done are kept, and those that failed are tried again', async () => {
    await task('again', 1, fakeRunner(accuracyOf));
    const second = fakeRunner(accuracyOf);
    expect(await task('again', 1, second)).toMatchObject({ end: { status: 'done' }, types: ['kept'] });
    expect(second.calls).toEqual([]);
    expect(
      (
        await task(
          'again',
          2,
          fakeRunner(() => failure),
        )
      ).end,
    ).toMatchObject({
      status: 'failed',
      record: { failure: { exitCode: 1 } },
    });
    expect((await task('again', 2, fakeRunner(accuracyOf))).end.status).toBe('done');
  });

  it('are named when they are missing, and the test images left alone', async () => {
    await expect(collect('none', fakeRunner(accuracyOf))).rejects.toMatchObject({ code: 'no-trials' });
    const runner = fakeRunner(accuracyOf);
    for (const number of [0, 1, 3]) await task('missing', number, runner);
    const interrupt = new AbortController();
    const stopped = fakeRunner(() => async () => {
      interrupt.abort();
      return { status: 'interrupted' };
    });
    expect((await task('missing', 4, stopped, { signal: interrupt.signal })).end.status).toBe('interrupted');
    const summary = await collect('missing', runner);
    expect(summary.missing.map(({ task, seed, status }) => [task, seed, status])).toEqual([
      [2, 1, 'not started'],
      [4, 2, 'interrupted'],
      [5, 2, 'not started'],
    ]);
    expect(summary.test).toBeNull();
    expect(runner.calls.filter((call) => call.startsWith('test'))).toEqual([]);
    expect(selectionLines(summary)).toEqual([
      'missing: task 2, momentum 0.9, seed 1 (not started)',
      'missing: task 4, momentum 0.5, seed 2 (interrupted)',
      'missing: task 5, momentum 0.9, seed 2 (not started)',
      'selected so far: momentum 0; the test images are for the one that is selected among all',
    ]);
  });

  it.each([-1, 6, 1.5, Number.NaN])('have no number %d', (number) => {
    expect(() => runTask({ ...common, out: workspace('wrong'), task: number, runner: fakeRunner(accuracyOf) })).toThrow(
      /task.* is not the number of a trial; the sweep has 6, from 0 to 5/,
    );
  });

  it('are trained by one process at a time', async () => {
    const { end } = await task('busy', 0, fakeRunner(accuracyOf));
    const lock = await acquireLock(end.trial!.files.lock, { command: 'another task' });
    const runner = fakeRunner(accuracyOf);
    await expect(task('busy', 0, runner)).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining(`on ${hostname()} (another task, since `),
    });
    await lock.release();
    expect(runner.calls).toEqual([]);
  });

  it('write nothing more when another process has their lock', async () => {
    const runner = fakeRunner(() => async () => {
      await writeFile(locks[0]!, JSON.stringify({ pid: 1, host: 'elsewhere', started: null, command: 'the other' }));
      return 0.5;
    });
    const out = workspace('lost');
    await mkdir(out);
    const locks: string[] = [];
    const stream = runTask({ ...common, out, task: 0, runner });
    const follow = async () => {
      for await (const event of stream) if (event.type === 'started') locks.push(event.trial.files.lock);
    };
    await expect(follow()).rejects.toMatchObject({ name: 'LockLostError', owner: { host: 'elsewhere' } });
    const record = locks[0]!.replace(/\.lock$/, '.json');
    expect(JSON.parse(await readFile(record, 'utf8')).status).toBe('running');
    expect(await readFile(locks[0]!, 'utf8')).toContain('elsewhere');
  });
});
