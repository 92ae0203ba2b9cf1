import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from '@cifarlab/trainer/node';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../experiment/test/support/workspace.js';
import { planSweep, runTask, type TrialRunner } from '../src/index.js';
import { completeSweep } from '../src/plan/sweep-file.js';
import {
  cancelOnSlurm,
  type RunOnSlurmOptions,
  requeueTask,
  runOnSlurm,
  type SlurmEvent,
  slurmScript,
} from '../src/slurm.js';
import { trialsOf } from '../src/trials/trial.js';
import { failure, fakeRunner } from './support/fake-runner.js';

// Slurm's programs are stand-ins: sbatch prints a number, squeue the file `queue`, and all note what they were asked for.

const workspace = useWorkspace();
const sweep = completeSweep(
  { model: 'mlp', settings: { 'validation-size': 40, 'max-steps': 7 }, grid: { momentum: [0, 0.5] }, seeds: [1, 2] },
  {},
);
const plan = planSweep(sweep);
const data = { dataDir: miniDataset, offline: true, allowUnverified: true };

async function program(name: string, script: string): Promise<void> {
  const noted = `echo "$*" >> "${workspace(`${name}.calls`)}"\n`;
  await writeFile(workspace('bin', name), `#!/bin/sh\n${noted}${script}\n`);
  await chmod(workspace('bin', name), 0o755);
}

const calls = async (name: string) =>
  (await readFile(workspace(`${name}.calls`), 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);

/** Writes what the queue, or a later one, has: a line for each task, `0 RUNNING`, `1 PENDING held`. */
const queue = (job: string, lines: readonly string[], file = 'queue') =>
  writeFile(
    workspace(file),
    lines
      .map((line) => line.replace(/^(\d+) (\w+) ?(.*)$/, (_, task, state, why) => `${job}_${task}|${state}||${why}\n`))
      .join(''),
  );

beforeAll(async () => {
  await mkdir(workspace('bin'));
  vi.stubEnv('PATH', `${workspace('bin')}:${process.env.PATH}`);
});

beforeEach(async () => {
  for (const name of ['sbatch', 'squeue', 'scancel', 'scontrol']) await rm(workspace(`${name}.calls`), { force: true });
  await program('sbatch', 'echo 17');
  await program('squeue', `cat "${workspace('queue')}"`);
  await program('scancel', '');
  await program('scontrol', '');
});

const options = (name: string, more: object = {}): RunOnSlurmOptions => ({
  ...{ plan, sweep, out: workspace(name), data, resources: { cores: 2 }, longestPause: 0.02, patience: 0.1 },
  command: (file) => ['bin.js', file, '--task'],
  ...more,
});

const train = (name: string, task: number, runner: TrialRunner = fakeRunner(() => 0.5)) =>
  runTask({ plan, task, runner, out: workspace(name), data }).result;

/** Follows a sweep, and does something at some of its events. */
async function follow(given: RunOnSlurmOptions, at: (event: SlurmEvent) => unknown = () => {}) {
  const events: SlurmEvent[] = [];
  const stream = runOnSlurm(given);
  for await (const event of stream) {
    events.push(event);
    await at(event);
  }
  const told = events.map(({ type }) => type).filter((type) => type !== 'data' && type !== 'queue');
  return { end: await stream.result, told, events };
}

const all = ['0 RUNNING', '1 RUNNING', '2 PENDING', '3 PENDING'];

/** Submits all trials, and leaves them in the queue. */
async function submit(name: string): Promise<void> {
  await queue('17', all);
  const interrupt = new AbortController();
  const { end } = await follow(options(name, { signal: interrupt.signal }), ({ type }) => {
    if (type === 'queue') interrupt.abort();
  });
  expect(end).toEqual({ status: 'left', jobs: [{ id: '17', cluster: null }] });
}

describe.skipIf(process.platform === 'win32')('a sweep on Slurm', () => {
  it('is submitted as an array, watched, and ended when every trial is trained', async () => {
    await queue('17', all);
    const { end, told, events } = await follow(options('whole'), async ({ type }) => {
      if (type !== 'queue') return;
      for (const task of [0, 1, 2, 3]) await train('whole', task);
      await queue('17', []);
    });
    expect(end).toEqual({ status: 'ended', troubles: [], isDiskFull: false });
    expect(told).toEqual(['trials', 'submitted', 'started', 'started', 'ended', 'ended', 'ended', 'ended']);
    expect(events).toContainEqual({ type: 'submitted', job: { id: '17', cluster: null }, tasks: [0, 1, 2, 3] });
    expect(events).toContainEqual({ type: 'queue', running: 2, waiting: 2, reason: '' });
    expect(events.find(({ type }) => type === 'started')).toMatchObject({ resumed: false });
    const script = workspace('whole', 'slurm', 'tasks.sh');
    expect(await calls('sbatch')).toEqual([`--parsable ${script}`]);
    const text = await readFile(script, 'utf8');
    expect(text).toContain('#SBATCH --array=0-3\n');
    const [, file] = /bin\.js (\S+) --task "\$SLURM_ARRAY_TASK_ID"\n$/.exec(text)!;
    expect(planSweep(JSON.parse(await readFile(file!, 'utf8')))).toEqual(plan);
    expect((await calls('squeue'))[0]).toBe('--noheader --array --states=all --jobs=17 --format=%i|%T|%N|%r');

    // Nothing is left to do.
    expect(await follow(options('whole'))).toMatchObject({
      end: { status: 'ended', troubles: [] },
      told: ['trials', 'kept', 'kept', 'kept', 'kept'],
    });
    expect(await calls('sbatch')).toHaveLength(1);
    expect(await slurmScript(options('whole'))).toBeUndefined();
  });

  it('with more trials than an array may have is submitted as several, one after the other where few run at a time', async () => {
    await program('scontrol', `echo "Configuration data as of 2026"; echo "MaxArraySize            = 3"`);
    await program(
      'sbatch',
      `if [ -e "${workspace('second')}" ]; then echo 22; else touch "${workspace('second')}"; echo 21; fi`,
    );
    await queue('21', ['0 RUNNING', '1 RUNNING', '2 PENDING']);
    await queue('22', ['0 RUNNING'], 'queue-22');
    await program('squeue', `cat "${workspace('queue')}" "${workspace('queue-22')}"`);
    const interrupt = new AbortController();
    const limited = { resources: { cores: 2, limit: 2 } };
    const { events } = await follow(options('arrays', { ...limited, signal: interrupt.signal }), ({ type }) => {
      if (type === 'queue') interrupt.abort();
    });
    expect(events.filter(({ type }) => type === 'submitted')).toEqual([
      { type: 'submitted', job: { id: '21', cluster: null }, tasks: [0, 1, 2] },
      { type: 'submitted', job: { id: '22', cluster: null }, tasks: [3] },
    ]);
    const script = await readFile(workspace('arrays', 'slurm', 'tasks.sh'), 'utf8');
    expect(script).toContain('#SBATCH --array=0%2\n#SBATCH --dependency=afterany:21\n');
    expect(script).toMatch(/"\$\(\(SLURM_ARRAY_TASK_ID \+ 3\)\)"\n$/);

    // Both are found again, and what has left the queue is known by its place in its array.
    const { told, end } = await follow(options('arrays', limited), async ({ type }) => {
      if (type !== 'attached') return;
      for (const task of [0, 1, 2]) await train('arrays', task);
      await queue('22', ['0 FAILED'], 'queue-22');
    });
    expect(told.slice(0, 2)).toEqual(['trials', 'attached']);
    const log = workspace('arrays', 'slurm', '22_0.log');
    expect(end).toMatchObject({ troubles: [{ task: 3, status: 'not started', state: 'FAILED', log }] });
  });

  it('that is left is attached to by the same call', async () => {
    await submit('attached');
    const { told, events } = await follow(options('attached'), async ({ type }) => {
      if (type !== 'attached') return;
      for (const task of [0, 1, 2, 3]) await train('attached', task);
    });
    expect(told.slice(0, 2)).toEqual(['trials', 'attached']);
    expect(told).not.toContain('submitted');
    expect(events[1]).toEqual({ type: 'attached', jobs: [{ id: '17', cluster: null }], tasks: 4 });
    expect(await calls('sbatch')).toHaveLength(1);
  });

  it('names what left the queue before its end, and submits that alone again', async () => {
    await submit('gone');
    const stopped = fakeRunner(() => () => new Promise(() => {}));
    const log = (job: string, task: number) => workspace('gone', 'slurm', `${job}_${task}.log`);
    await writeFile(log('17', 1), 'step 1\nerror: no space left on the device\n\n');
    const leaving = runTask({ plan, task: 1, runner: stopped, out: workspace('gone'), data });
    void leaving.result.catch(() => {});
    await vi.waitFor(() => expect(stopped.calls).toHaveLength(1), 5000);
    const { end } = await follow(options('gone'), async ({ type }) => {
      if (type !== 'attached') return;
      for (const task of [0, 2]) await train('gone', task);
      await train(
        'gone',
        3,
        fakeRunner(() => failure),
      );
      await queue('17', ['1 TIMEOUT']);
    });
    const trouble = { log: log('17', 3), lastLine: '', jobs: 1 };
    expect(end).toMatchObject({
      status: 'ended',
      troubles: [
        {
          task: 1,
          status: 'running',
          state: 'TIMEOUT',
          log: log('17', 1),
          lastLine: 'error: no space left on the device',
          jobs: 1,
        },
        { ...trouble, task: 3, status: 'failed' },
      ],
    });

    // The second time the failed one leaves nothing: its earlier failure is not taken for a new one.
    await program('sbatch', `if [ -e "${workspace('more')}" ]; then echo "18;lab"; else echo 18; fi`);
    await queue('18', []);
    const again = await follow(options('gone'));
    expect(again.events).toContainEqual({ type: 'submitted', job: { id: '18', cluster: null }, tasks: [1, 3] });
    expect(again.end).toMatchObject({
      troubles: [
        { task: 1, status: 'not started', state: undefined, jobs: 2 },
        { task: 3, status: 'not started', log: log('18', 3), jobs: 2 },
      ],
    });
    expect(await slurmScript(options('gone'))).toContain('#SBATCH --array=1,3\n');
  });

  it('is told of tasks that wait again or are held, and of a queue that does not answer', async () => {
    await submit('changing');
    await rm(workspace('squeue.calls'), { force: true });
    const waiting = ['0 PENDING launch failed requeued held', ...all.slice(1)];
    const answers = [all, undefined, all, waiting, all];
    for (const [look, answer] of answers.entries()) {
      if (answer !== undefined) await queue('17', answer, `queue-${look + 1}`);
    }
    // Each look has its answer, however fast the looks follow each other.
    const answer = `"${workspace('queue-')}$look"`;
    await program(
      'squeue',
      `look=$(wc -l < "${workspace('squeue.calls')}" | tr -d ' ')
if [ "$look" -eq 2 ]; then echo "slurm_load_jobs error: Unable to contact" >&2; exit 1; fi
if [ "$look" -gt ${answers.length} ]; then look=${answers.length}; fi
cat ${answer}`,
    );
    let looks = 0;
    const { told, events } = await follow(options('changing'), async ({ type }) => {
      if (type !== 'queue') return;
      looks += 1;
      if (looks === 3) for (const task of [0, 1, 2, 3]) await train('changing', task);
    });
    expect(told.filter((type) => type !== 'ended' && type !== 'silent')).toEqual([
      ...['trials', 'attached', 'started', 'started', 'requeued', 'held', 'started'],
    ]);
    const of = (type: string) => events.filter((event) => event.type === type);
    expect(of('silent')).toEqual([
      { type: 'silent', reason: expect.stringMatching(/^squeue failed: slurm_load_jobs error: Unable to contact; /) },
    ]);
    expect(of('held')).toMatchObject([{ task: '17_0', reason: 'launch failed requeued held' }]);
    expect(of('started').map((event) => (event as { resumed: boolean }).resumed)).toEqual([false, false, true]);
  });

  it('is told of the steps that running trials have done', async () => {
    await submit('steps');
    const [trial] = await trialsOf(plan, workspace('steps'));
    const write = async (...lines: string[]) => {
      await mkdir(trial!.files.run, { recursive: true });
      await writeFile(join(trial!.files.run, 'metrics.jsonl'), lines.join('\n'));
    };
    const evaluation = '{"event":"eval","split":"validation","step":1,"loss":2,"accuracy":0.25}';
    const step = (number: number) => `{"event":"train","step":${number},"loss":2,"accuracy":0.5}`;
    const { events } = await follow(options('steps'), async (event) => {
      if (event.type === 'attached') await write(step(1), evaluation, step(2), '{"event":"tra');
      if (event.type !== 'progress') return;
      if (event.progress.step === 2) await write(step(3), step(4), '');
      else for (const task of [0, 1, 2, 3]) await train('steps', task);
    });
    const told = events.filter((event) => event.type === 'progress');
    expect(told.map(({ progress }) => progress)).toEqual([
      { step: 2, maxSteps: 7, accuracy: 0.25, secondsLeft: null },
      { step: 4, maxSteps: 7, accuracy: 0.25, secondsLeft: null },
    ]);
    expect(told[0]!.trial.files).toEqual(trial!.files);
  });

  it('is not begun where Slurm is not there, or its queue refuses', async () => {
    await program('sbatch', 'echo "sbatch: error: invalid partition specified: lon" >&2; exit 1');
    await expect(follow(options('refused'))).rejects.toMatchObject({
      code: 'slurm',
      message: expect.stringMatching(/^sbatch failed: sbatch: error: invalid partition specified: lon; correct/),
    });
    expect(await listing(workspace('refused', 'slurm'))).toEqual([
      expect.stringMatching(/^sweep-\w+\.json$/),
      'tasks.sh',
    ]);
    await program('sbatch', 'echo submitted');
    await expect(follow(options('refused'))).rejects.toThrow('sbatch named no job, and said "submitted"; see whether');
    await rm(workspace('bin', 'sbatch'));
    await expect(follow(options('none'))).rejects.toMatchObject({
      code: 'no-slurm',
      message: expect.stringContaining(
        'sbatch is not on the path, so this machine does not belong to a Slurm cluster; run',
      ),
    });
    await expect(listing(workspace('none'))).rejects.toThrow('ENOENT');
  });

  it('is watched by one process at a time, and not while it runs on one machine', async () => {
    await mkdir(workspace('busy', 'slurm'), { recursive: true });
    for (const name of ['slurm/watch.lock', 'sweep.lock']) {
      const lock = await acquireLock(workspace('busy', name), { command: 'the other' });
      await expect(follow(options('busy'))).rejects.toMatchObject({
        code: 'in-use',
        message: expect.stringMatching(/another process runs or watches the sweep in .*the other/),
      });
      await lock.release();
    }
    expect(await listing(workspace('busy'))).toEqual(['slurm']);
  });

  it('is cancelled in the cluster that has it', async () => {
    expect(await cancelOnSlurm({ out: workspace('nothing') })).toEqual({ jobs: [], tasks: 0 });
    await program('sbatch', 'echo "19;lab"');
    const interrupt = new AbortController();
    await queue('19', all);
    await follow(
      options('cancelled', { signal: interrupt.signal }),
      ({ type }) => type === 'queue' && interrupt.abort(),
    );
    await queue('19', ['0 RUNNING', '1 COMPLETED', '2 PENDING']);
    expect(await cancelOnSlurm({ out: workspace('cancelled') })).toEqual({
      jobs: [{ id: '19', cluster: 'lab' }],
      tasks: 2,
    });
    expect(await calls('scancel')).toEqual(['--clusters=lab 19']);
    expect((await calls('squeue')).at(-1)).toContain('--clusters=lab');
    await program('squeue', 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1');
    expect(await cancelOnSlurm({ out: workspace('cancelled') })).toEqual({ jobs: [], tasks: 0 });
    expect(await calls('scancel')).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{', 'is not valid JSON'],
    ['a flag for a job', JSON.stringify(jobs('--all')), 'must be the number of a job'],
    ['an option for a cluster', JSON.stringify(jobs('1', '-x y')), 'must be the name of a cluster'],
  ])('does not go by a note of its jobs with %s', async (name, text, message) => {
    const file = workspace(name, 'slurm', 'jobs.json');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
    await expect(follow(options(name))).rejects.toThrow(message);
    await expect(cancelOnSlurm({ out: workspace(name) })).rejects.toThrow(
      'remove the file; jobs that wait or run have to',
    );
    expect([await calls('squeue'), await calls('scancel'), await calls('sbatch')]).toEqual([[], [], []]);
  });

  it('has tasks that go back into the queue alone', async () => {
    await requeueTask({ SLURM_JOB_ID: '20', SLURM_ARRAY_JOB_ID: '17', SLURM_ARRAY_TASK_ID: '3' });
    await requeueTask({ SLURM_JOB_ID: '20' });
    expect(await calls('scontrol')).toEqual(['requeue 17_3', 'requeue 20']);
    await expect(requeueTask({})).rejects.toThrow('this process is not part of a Slurm job');
    await expect(requeueTask({ SLURM_JOB_ID: '--all' })).rejects.toMatchObject({ code: 'slurm' });
  });
});

function jobs(id: string, cluster: string | null = null) {
  const tasks = [{ task: 0, id: 'a', seed: 1, before: null }];
  return {
    format: 'cifarlab-slurm',
    version: 1,
    jobs: [{ id, cluster, submitted: '2026-01-31T12:34:56.789Z', tasks }],
  };
}
