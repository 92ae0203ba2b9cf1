import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { bin, callCli, miniFlags, spawnCli } from './support/cli.js';

// Slurm's programs are stand-ins: sbatch runs its tasks one after the other, squeue says what the file `queue` does.

const workspace = useWorkspace();
const sweep = {
  model: 'mlp-ndarray',
  settings: { 'validation-size': 40, 'batch-size': 60, 'max-steps': 3, 'dnn-hidden-units': '4' },
  grid: { 'learning-rate': [0.001, 0.0003] },
};
const [dataDir, miniDataset] = miniFlags as [string, string];
const dataFlags = [dataDir, miniDataset, '--allow-unverified'];

async function program(name: string, script: string): Promise<void> {
  await writeFile(workspace('bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(workspace('bin', name), 0o755);
}

const words = (name: string) => ['sweep', workspace('rates.json'), '--out', workspace(name), '--on', 'slurm'];

beforeAll(async () => {
  await mkdir(workspace('bin'));
  await writeFile(workspace('rates.json'), JSON.stringify(sweep));
  vi.stubEnv('PATH', `${workspace('bin')}:${process.env.PATH}`);
});

beforeEach(async () => {
  await writeFile(workspace('queue'), '');
  await program('squeue', `cat "${workspace('queue')}"`);
  await program('scancel', `echo "$*" > "${workspace('cancelled')}"`);
  await program('sbatch', 'echo 17');
});

describe.skipIf(process.platform === 'win32')('sweep --on slurm', { timeout: 240_000 }, () => {
  it('shows the job script, and submits nothing', async () => {
    await program('sbatch', `touch "${workspace('submitted')}"`);
    const flags = [
      '--cores',
      '2',
      '--jobs',
      '3',
      '--memory',
      '2G',
      '--time',
      '10',
      '--partition',
      'long',
      '--account',
      'lab',
    ];
    const { code, stdout } = await callCli(
      ...words('dry'),
      '--dry-run',
      '--local-data',
      ...flags,
      ...dataFlags,
      '--',
      '-C',
      'zen 3',
    );
    expect(code).toBe(0);
    for (const line of [
      ...['#!/bin/bash', '#SBATCH --array=0-1%3', '#SBATCH --cpus-per-task=2', '#SBATCH --mem=2G', '#SBATCH --time=10'],
      ...['#SBATCH --partition=long', '#SBATCH --account=lab', '#SBATCH -C "zen 3"'],
    ]) {
      expect(stdout.split('\n')).toContain(line);
    }
    expect(stdout).toMatch(
      new RegExp(
        `\nexec "\\$node" ${bin} sweep ${workspace('dry')}/slurm/sweep-\\w+\\.json --out ${workspace('dry')} --cores 2 ` +
          `--data-dir ${miniDataset} --allow-unverified --local-data --on slurm --task "\\$SLURM_ARRAY_TASK_ID"\n$`,
      ),
    );
    expect(await listing(workspace())).not.toContain('submitted');
    await expect(listing(workspace('dry'))).rejects.toThrow('ENOENT');
  });

  it('submits, watches, collects, and has nothing to do the second time', async () => {
    await program(
      'sbatch',
      `for task in 0 1; do SLURM_ARRAY_JOB_ID=17 SLURM_ARRAY_TASK_ID=$task bash "$2" > /dev/null 2>&1 || exit 1; done; echo 17`,
    );
    const { code, stdout, stderr } = await callCli(...words('whole'), '--cores', '1', ...dataFlags);
    expect([code, stderr]).toEqual([0, expect.stringContaining('submitted job 17: 2 tasks; Ctrl-C leaves them')]);
    expect(stderr).toMatch(/^1\/2 {2}done {5}learning-rate 0\.001, seed 42 {2}validation accuracy/m);
    expect(stderr).not.toContain('kept');
    expect(stdout).toMatch(/^selected: learning-rate 0\.0/m);
    const summary = JSON.parse(await readFile(workspace('whole', 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({ jobs: 2, threads: 1, missing: [] });
    await rm(workspace('bin', 'sbatch'));
    expect((await callCli(...words('whole'), '--cores', '1', ...dataFlags)).code).toBe(0);
    const dry = await callCli(...words('whole'), '--dry-run', ...dataFlags);
    expect(dry).toEqual({ code: 0, stdout: '', stderr: 'every trial is trained: nothing would be submitted\n' });
  });

  it('leaves the tasks in the queue at Ctrl-C, says how to attach and to cancel, and cancels', async () => {
    await writeFile(workspace('queue'), '17_0|RUNNING|node1|None\n17_1|PENDING||Priority\n');
    const { child, ended } = spawnCli([...words('left'), ...dataFlags]);
    let said = '';
    child.stderr!.on('data', (text: string) => {
      said += text;
    });
    await vi.waitFor(() => expect(said).toContain('1 running, 1 waiting (Priority)'), 120_000);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    const [, cancelling] = /Left: job 17 runs on\. .* cancel with: npx cifarlab (.*)\n$/.exec(stderr)!;
    const cancelled = await callCli(...cancelling!.split(' '));
    expect(cancelled).toMatchObject({ code: 0, stdout: 'cancelled job 17 (2 tasks); what is trained is kept\n' });
    expect(await readFile(workspace('cancelled'), 'utf8')).toBe('17\n');
    await writeFile(workspace('queue'), '');
    expect((await callCli(...cancelling!.split(' '))).stdout).toBe(
      `nothing of the sweep in ${workspace('left')} is in the queue\n`,
    );
  });

  it.each([
    [['--collect'], '--on does not go with --collect: it collects at its end'],
    [['--', 'long'], 'the flag "long" of sbatch is not a flag of sbatch; flags begin with a dash'],
    [['--', '--array=3'], 'the flag "--array=3" of sbatch is not for a sweep; leave it out'],
    [['--cancel', '--dry-run'], '--cancel goes with --on alone'],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await callCli(...words('wrong'), ...dataFlags, ...more);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it.each([
    [['--time', '10'], '--time goes with --on slurm'],
    [['--cancel'], '--cancel goes with --on slurm'],
    [['other.json'], '"other.json" is one argument too many: sweep takes one file'],
    [['--on', 'pbs'], "argument 'pbs' is invalid"],
  ])('refuses %j without it', async (more, message) => {
    const { code, stderr } = await callCli('sweep', workspace('rates.json'), ...more);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

const long = { ...sweep, settings: { ...sweep.settings, 'max-steps': 100_000, 'eval-freq': 100_000 }, grid: {} };

describe.skipIf(process.platform === 'win32')('a task of Slurm', { timeout: 240_000 }, () => {
  async function start(name: string) {
    await writeFile(workspace('long.json'), JSON.stringify({ ...long, grid: { momentum: [0, 0.9] } }));
    await program('scontrol', `echo "$*" >> "${workspace(`${name}.requeued`)}"`);
    vi.stubEnv('SLURM_JOB_ID', '20');
    vi.stubEnv('SLURM_ARRAY_JOB_ID', '17');
    vi.stubEnv('SLURM_ARRAY_TASK_ID', '1');
    const task = [
      'sweep',
      workspace('long.json'),
      '--out',
      workspace(name),
      '--task',
      '1',
      '--on',
      'slurm',
      ...dataFlags,
    ];
    const started = spawnCli(task);
    for (const key of ['SLURM_JOB_ID', 'SLURM_ARRAY_JOB_ID', 'SLURM_ARRAY_TASK_ID']) vi.stubEnv(key, undefined);
    const isTraining = async () =>
      expect((await listing(workspace(name))).some((file) => file.endsWith('metrics.jsonl'))).toBe(true);
    await vi.waitFor(isTraining, 120_000);
    return started;
  }

  it.each([
    ['SIGUSR2', 140, 'requeue 17_1\n'],
    ['SIGTERM', 143, undefined],
  ] as const)('at %s ends with %d, and is put back into the queue or not: %s', async (signal, code, requeued) => {
    const { child, ended } = await start(signal);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill(signal);
    expect((await ended).code).toBe(code);
    const log = readFile(workspace(`${signal}.requeued`), 'utf8');
    if (requeued === undefined) await expect(log).rejects.toThrow('ENOENT');
    else expect(await log).toBe(requeued);
  });
});
