import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepSummary } from '@cifarlab/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSameRun, savedStep } from '../../../packages/experiment/test/support/stopped-run.js';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const data = miniFlags.slice(0, 3);
const settings = {
  'dnn-hidden-units': '8',
  'batch-size': 20,
  'max-steps': 600,
  'eval-freq': 50,
  'validation-size': 40,
  init: 'he',
  backend: 'wasm',
};
const file = { model: 'mlp-ndarray', settings, grid: { momentum: [0, 0.9] } };
// One at a time, so that what is killed is the first trial, and the second has not begun.
const sweep = (out: string, name = 'two') => [
  ...['sweep', workspace(`${name}.json`), ...data, '--cores', '1', '--out', workspace(out)],
];

beforeAll(async () => {
  await writeFile(workspace('two.json'), JSON.stringify(file));
});

const summaryOf = async (out: string) =>
  JSON.parse(await readFile(workspace(out, 'summary.json'), 'utf8')) as SweepSummary;

/** Returns the folders of the runs, in their order. */
async function runsOf(out: string): Promise<string[]> {
  const folders = (await readdir(workspace(out, 'trials'))).sort();
  return folders.map((folder) => workspace(out, 'trials', folder, 'seed-42'));
}

/** Waits until something is so; files that are not there yet, or are just being replaced, mean that it is not. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await sleep(5);
}

/** Starts a sweep, or goes on with it, and waits until its first trial is past the checkpoint of a step. */
async function startAndTrain(checkpoint: number) {
  const { child, ended } = spawnCli(sweep('stopped'));
  let stderr = '';
  child.stderr!.on('data', (text: string) => (stderr += text));
  await until(async () => {
    if (child.exitCode !== null) return true;
    const run = (await runsOf('stopped'))[0]!;
    return (await savedStep(run)) >= checkpoint && (await readLines(run)).at(-1)!.step > (await savedStep(run));
  });
  expect(child.exitCode, stderr).toBe(null);
  const run = (await runsOf('stopped'))[0]!;
  const { pid } = JSON.parse(await readFile(`${run}.lock`, 'utf8')) as { pid: number };
  return { child, ended, said: () => stderr, run, pid };
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie waits for somebody to ask for its exit code, which in a container may be nobody.
  return !/^\d+ \(.*\) Z/.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

/** Expects the same numbers and checkpoints of all trials, the same selection and the same test accuracy. */
async function expectSameSweep(out: string, unbroken: string): Promise<void> {
  const [runs, wanted] = [await runsOf(out), await runsOf(unbroken)];
  expect(runs).toHaveLength(2);
  for (const [index, run] of runs.entries()) await expectSameRun(run, wanted[index]!);
  const numbers = ({ configurations, selected, test, trials }: SweepSummary) => ({
    configurations: configurations.map(({ seconds, ...rest }) => rest),
    trials: trials.map(({ seconds, ...rest }) => rest),
    selected,
    test,
  });
  expect(numbers(await summaryOf(out))).toEqual(numbers(await summaryOf(unbroken)));
  const left = (await listing(workspace(out))).filter((name) => /\.(lock|tmp|takeover)/.test(name));
  expect(left).toEqual([]);
}

describe('a sweep of real processes', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    const { code, stderr } = await spawnCli(sweep('unbroken')).ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }, 300_000);

  it('trains each configuration without a look at the test images, which only the selected one is tested on', async () => {
    const summary = await summaryOf('unbroken');
    expect(summary.configurations.map(({ name }) => name).sort()).toEqual(['momentum 0', 'momentum 0.9']);
    expect(summary.madeWith).toMatchObject([{ engine: { name: 'gemm wasm-simd', threads: 1 } }]);
    for (const run of await runsOf('unbroken')) {
      const evaluations = (await readLines(run)).filter(({ event }) => event === 'eval');
      expect(new Set(evaluations.map(({ split }) => split))).toEqual(new Set(['validation']));
      const best = Math.max(...evaluations.map(({ accuracy }) => accuracy));
      const trial = summary.trials.find((one) => run.endsWith(one.run))!;
      expect(trial).toMatchObject({ status: 'done', step: 600, accuracy: best });
      const isSelected = trial.id === summary.selected;
      expect(
        await stat(`${run}.test.json`).then(
          () => true,
          () => false,
        ),
      ).toBe(isSelected);
      if (isSelected) {
        const evaluated = await callCli('eval', run, ...data, '--backend', 'wasm', '--json');
        expect(summary.test!.accuracies).toEqual([JSON.parse(evaluated.stdout).accuracy]);
      }
      const log = await readFile(`${run}.log`, 'utf8');
      expect(log).toMatch(
        /^\$ (npx )?cifarlab train mlp-ndarray .*--momentum=0(\.9)? --seed 42 --no-test --out .* --json$/m,
      );
      expect(log).toMatch(/^step 600 {2}validation loss/m);
    }
  });

  it('is as it would have been, after SIGKILL, after SIGINT and after a trial was killed', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals to send');
    // SIGKILL of the sweep ends its trial too.
    const killed = await startAndTrain(100);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await until(async () => !(await isAlive(killed.pid)));
    expect(await listing(workspace('stopped'))).toContain('sweep.lock');

    // SIGINT has its trial save the step that it is at: nothing is computed twice.
    const interrupted = await startAndTrain(250);
    expect(interrupted.said()).toMatch(/^goes on {2}momentum 0, seed 42$/m);
    interrupted.child.kill('SIGINT');
    const { code, stdout, stderr } = await interrupted.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^Interrupted: run the same command again to continue\.$/m);
    expect(await isAlive(interrupted.pid)).toBe(false);
    const { run } = interrupted;
    expect((await readLines(run)).at(-1)!.step).toBe(await savedStep(run));
    expect(JSON.parse(await readFile(`${run}.json`, 'utf8')).status).toBe('interrupted');

    // A trial that is killed has failed; the others go on.
    const bereft = await startAndTrain(400);
    process.kill(bereft.pid, 'SIGKILL');
    const failed = await bereft.ended;
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/failed +momentum 0, seed 42 +\(signal SIGKILL\)/);
    expect(failed.stdout).toContain('selected: momentum 0.9');

    expect(await savedStep(run)).toBeLessThan(600);
    expect((await spawnCli(sweep('stopped')).ended).code).toBe(0);
    await expectSameSweep('stopped', 'unbroken');
  });
});

describe('the command line of sweep', () => {
  it('prints the plan with --dry-run, and makes nothing', async () => {
    const { code, stdout } = await callCli(...sweep('dry'), '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 trials, 1 at a time with 1 thread each; seeds 42\n[0-9a-f]{10} {2}momentum 0\n/);
    expect(stdout).toMatch(/^ +train mlp-ndarray --dnn-hidden-units=8 .* --momentum=0\.9$/m);
    expect(await listing(workspace())).not.toContain('dry');
    const json = await callCli(...sweep('dry'), '--dry-run', '--json', '--cores', '6');
    expect(JSON.parse(json.stdout)).toMatchObject({
      configurations: [
        { name: 'momentum 0', model: 'mlp-ndarray', settings: { momentum: 0 } },
        { name: 'momentum 0.9' },
      ],
      seeds: [42],
      jobs: 2,
      threads: 3,
    });
  });

  it.each([
    [['--jobs', '2'], 2, /--jobs 2 is more than the 1 cores to use; each trial takes one at least/],
    [['--jobs', '0'], 2, /--jobs/],
    [['--learning-rate', '1'], 2, /unknown option '--learning-rate'/],
  ])('%j is refused', async (flags, exitCode, message) => {
    const { code, stdout, stderr } = await callCli(...sweep('refused'), ...flags);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await listing(workspace())).not.toContain('refused');
  });

  it('says what a search draws from, and what it needs', async () => {
    const search = { sampler: 'tpe', pruner: 'asha', trials: 5, space: { momentum: { uniform: [0, 0.9] } } };
    const settings = { 'max-steps': 60, 'eval-freq': 3, 'validation-size': 40 };
    await writeFile(workspace('search.json'), JSON.stringify({ model: 'mlp-ndarray', settings, search }));
    const out = ['sweep', workspace('search.json'), '--out', workspace('search')];
    const plan = await callCli(...out, '--dry-run', '--cores', '1');
    expect(plan.stdout).toMatch(
      /^5 trials, 1 at a time .*\n5 configurations, .* sampler tpe, pruner asha, compared after 3 steps/,
    );
    const python = await callCli(...out, '--python', '/nowhere/python3', ...data);
    expect([python.code, python.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: the search .* \/nowhere\/python3 is not there; install .* with --python optuna\/bin\/python;/m,
      ),
    ]);
    const slurm = await callCli(...out, '--on', 'slurm', '--dry-run');
    expect([slurm.code, slurm.stderr]).toEqual([
      2,
      expect.stringMatching(/submit an array of 5 tasks yourself, each with --task/),
    ]);
  });

  it('is refused without its file, and with one that is wrong', async () => {
    const missing = await callCli('sweep', workspace('missing.json'));
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/missing\.json does not exist; check the path/);
    await writeFile(workspace('wrong.json'), '{"model": "mlp", "settings": {"flp": true}}');
    const wrong = await callCli('sweep', workspace('wrong.json'), '--out', workspace('wrong'));
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(
      /^error: the configuration {"flp":true}: "flp": true is not a setting of mlp; did you mean "flip"\?/,
    );
    expect(await listing(workspace())).not.toContain('wrong');
  });
});
