import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../src/root.js';
import { Cluster, type RunningTask } from './cluster.js';
import { processesWith, signal, until } from './processes.js';
import { type Programs, unpackSlurm } from './programs.js';

// A sweep on a real Slurm of two nodes, and all that happens to one: a lost node, a requeued task, a time limit.

const cli = join(root, 'apps/cli/dist/bin.js');
const images = join(root, 'packages/cifar10/test/fixtures/cifar10-mini');

const sweep = {
  model: 'mlp-ndarray',
  settings: {
    ...{ 'validation-size': 40, 'batch-size': 60, 'dnn-hidden-units': '50', backend: 'wasm' },
    ...{ 'max-steps': 300, 'eval-freq': 50 },
  },
  grid: { 'learning-rate': [0.003, 0.002, 0.001, 0.0003] },
  seeds: [1, 2],
};

let folder: string;
let programs: Programs | undefined;
let reason = '';
let cluster: Cluster | undefined;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cifarlab-slurm-')));
  await writeFile(join(folder, 'rates.json'), JSON.stringify(sweep));
  try {
    programs = await unpackSlurm(join(folder, 'slurm'));
  } catch (error) {
    reason = (error as Error).message;
  }
});

afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Starts the command line; it is ended when the test is. */
function start(words: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [cli, ...words], {
    ...{ cwd: folder, env, timeout: 600_000, killSignal: 'SIGKILL' as const },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said.text += text;
    });
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { child, said, ended };
}

const flags = ['--data-dir', images, '--allow-unverified', '--jobs', '4'];

/** Returns the folder of the run of a task: the seeds one after the other, each with all configurations. */
async function runOf(out: string, task: number): Promise<string | undefined> {
  const rates = sweep.grid['learning-rate'];
  const label = `learning-rate-${rates[task % rates.length]}-`;
  const names = await readdir(join(out, 'trials')).catch(() => []);
  const name = names.find((one) => one.startsWith(label));
  return name === undefined
    ? undefined
    : join(out, 'trials', name, `seed-${sweep.seeds[Math.floor(task / rates.length)]}`);
}

async function stepsOf(out: string, task: number): Promise<number> {
  const run = await runOf(out, task);
  const metrics = run === undefined ? '' : await readFile(join(run, 'metrics.jsonl'), 'utf8').catch(() => '');
  return metrics.split('\n').filter((line) => line.includes('"train"')).length;
}

/** Returns the logs of the tasks, to see what was wrong. */
async function taskLogs(out: string): Promise<string> {
  const names = (await readdir(join(out, 'slurm')).catch(() => [])).filter((name) => name.endsWith('.log'));
  const read = async (name: string) => `== ${name}\n${await readFile(join(out, 'slurm', name), 'utf8')}`;
  return (await Promise.all(names.map(read))).join('\n');
}

/** Returns the numbers of the summary that do not depend on the time that it took. */
async function numbersOf(out: string): Promise<unknown> {
  const { seconds, wallSeconds, configurations, trials, ...rest } = JSON.parse(
    await readFile(join(out, 'summary.json'), 'utf8'),
  );
  const timeless = (list: { seconds: number }[]) => list.map(({ seconds: _, ...one }) => one);
  return { ...rest, configurations: timeless(configurations), trials: timeless(trials) };
}

/** Stops each of the first four tasks in mid-training. */
async function stopInTraining(out: string, ofCluster: Cluster): Promise<Map<number, RunningTask>> {
  const stopped = new Map<number, RunningTask>();
  const look = async () => {
    for (const one of await ofCluster.tasks()) {
      if (stopped.has(one.task) || one.task > 3 || (await stepsOf(out, one.task)) < 5) continue;
      signal(one.pid, 'SIGSTOP');
      stopped.set(one.task, one);
    }
    return stopped.size === 4;
  };
  await until('four tasks in mid-training', look, { seconds: 240, every: 20 });
  return stopped;
}

describe('a sweep on Slurm', () => {
  it('ends with the numbers of an unbroken one after a lost node, a requeued task and a time limit', async ({
    skip,
    onTestFailed,
  }) => {
    if (programs === undefined) skip(reason);
    cluster = await Cluster.start(programs!, join(folder, 'cluster'));
    const out = join(folder, 'broken');
    onTestFailed(async () => console.log(await cluster!.logs(), await taskLogs(out)));
    const words = ['sweep', 'rates.json', '--out', out, '--on', 'slurm', '--cores', '1', ...flags];
    const first = start(words, cluster.env);
    const tasks = await stopInTraining(out, cluster);

    // Ctrl-C leaves the tasks in the queue, and the same command attaches to them.
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(130);
    expect(first.said.text).toMatch(/Left: job \d+ runs on\. Run the same command again to attach/);
    const [, job] = /submitted job (\d+): 8 tasks/.exec(first.said.text)!;
    const second = start(words, cluster.env);
    await until('the second watcher', async () => second.said.text.includes(`attached to job ${job}: 8 tasks`));

    const onNode = (node: string) => [...tasks.values()].filter((task) => task.node === node);
    const lost = onNode('node2');
    const [requeued, limited] = onNode('node1');
    expect(lost.length).toBe(2);
    await cluster.killNode('node2');
    await cluster.run('scontrol', 'requeue', `${job}_${requeued!.task}`);
    await cluster.run('scontrol', 'update', `JobId=${job}_${limited!.task}`, 'TimeLimit=2');
    // Slurm sends the signal of the time limit with one that lets a stopped process go on.
    const logOf = (task: number) => readFile(join(out, 'slurm', `${job}_${task}.log`), 'utf8');
    const isBack = async () => (await logOf(limited!.task)).includes('The time limit is near: the task goes back');
    await until('the end of the time limit', isBack, { seconds: 90 });

    const over = new AbortController();
    const release = async () => {
      while (!over.signal.aborted) {
        await cluster!.release();
        await sleep(1000);
      }
    };
    const releasing = release();
    const code = await second.ended.finally(() => over.abort());
    await releasing;
    expect([code, second.said.text]).toEqual([0, expect.stringContaining('selected: learning-rate')]);

    const sessions = async (task: number) =>
      JSON.parse(await readFile(join((await runOf(out, task))!, 'config.json'), 'utf8')).sessions as {
        step: number;
        job: { id: string } | null;
      }[];
    for (const { task } of tasks.values()) {
      const steps = (await sessions(task)).map(({ step }) => step);
      expect(steps.length, `sessions of task ${task}`).toBeGreaterThan(1);
    }
    // What was told to end has lost nothing.
    for (const { task } of [requeued!, limited!]) expect((await sessions(task))[1]!.step).toBeGreaterThanOrEqual(5);

    const whole = join(folder, 'whole');
    const reference = start(['sweep', 'rates.json', '--out', whole, '--cores', '4', ...flags], cluster.env);
    expect([await reference.ended, reference.said.text]).toEqual([
      0,
      expect.stringContaining('selected: learning-rate'),
    ]);
    expect(await numbersOf(out)).toEqual(await numbersOf(whole));

    await cluster.stop();
    expect(await processesWith('SLURM_CONF', cluster.env.SLURM_CONF!)).toEqual([]);
  });
});
