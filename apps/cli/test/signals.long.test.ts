import { existsSync, openSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalExitCode } from '@cifarlab/trainer/node';
import { describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const endless = [
  '--max-steps',
  '1000000',
  '--eval-freq',
  '500000',
  '--dnn-hidden-units',
  '4',
  '--checkpoint-minutes',
  '0',
];
const training = (out: string) => ['train', 'mlp-ndarray', ...miniFlags, ...endless, '--out', out];

/** Waits until a run has done some steps after its first checkpoint. */
async function isTraining(run: string): Promise<void> {
  const isUnderWay = async () => (await readLines(run).catch(() => [])).some(({ step }) => step > 5);
  while (!(existsSync(join(run, 'checkpoints', 'last', 'state.json')) && (await isUnderWay()))) await sleep(20);
}

async function stepsSaved(run: string): Promise<number> {
  return JSON.parse(await readFile(join(run, 'checkpoints', 'last', 'state.json'), 'utf8')).training.step;
}

describe.skipIf(process.platform === 'win32')('a signal', () => {
  const ending: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

  it.each(ending)('%s while a run trains saves it, says how to continue and ends with its code', async (signal) => {
    const run = workspace(signal);
    const { child, ended } = spawnCli(training(run));
    await isTraining(run);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(signalExitCode(signal));
    expect(stderr).toContain(`npx cifarlab train mlp-ndarray --resume ${run}`);
    expect(stderr).not.toMatch(/debugger| {4}at /i);
    expect(await stepsSaved(run)).toBe((await readLines(run)).at(-1)!.step);
    expect(await stepsSaved(run)).toBeGreaterThan(5);
    expect((await listing(run)).filter((name) => /\.tmp$|lock/.test(name))).toEqual([]);
  });

  it('that comes twice at once, as through npm, still saves', async () => {
    const run = workspace('twice');
    const { child, ended } = spawnCli(training(run));
    await isTraining(run);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    // Of two that wait for the process, the system hands over either first.
    expect([130, 143]).toContain((await ended).code);
    expect(await stepsSaved(run)).toBe((await readLines(run)).at(-1)!.step);
  });

  it('of a terminal that is gone saves all the same', async () => {
    const run = workspace('hung up');
    const stderr = openSync('/dev/full', 'w');
    const { child, ended } = spawnCli(training(run), { stdio: ['ignore', stderr, stderr] });
    await isTraining(run);
    child.kill('SIGHUP');
    expect((await ended).code).toBe(129);
    expect(await stepsSaved(run)).toBe((await readLines(run)).at(-1)!.step);
  });

  it.each(['SIGUSR1', 'SIGHUP', 'SIGTERM'] as const)(
    '%s ends another command, and opens no debugger',
    async (signal) => {
      const { child, ended } = spawnCli(['backends', '--seconds', '30']);
      await new Promise((resolve) => child.stderr!.once('data', resolve));
      child.kill(signal);
      const outcome = await ended;
      expect(outcome.signal).toBe(signal);
      expect(outcome.stderr).not.toMatch(/debugger/i);
    },
  );

  it.each(['SIGTERM', 'SIGHUP', 'SIGUSR1'] as const)('%s while a sweep runs saves its trials', async (signal) => {
    const file = workspace(`${signal}.json`);
    const settings = { 'max-steps': 1_000_000, 'eval-freq': 500_000, 'dnn-hidden-units': '4', 'batch-size': 60 };
    await writeFile(file, JSON.stringify({ model: 'mlp-ndarray', settings, seeds: [1, 2] }));
    const out = workspace(`sweep ${signal}`);
    const args = ['sweep', file, '--data-dir', miniDataset, '--allow-unverified', '--cores', '2', '--out', out];
    const { child, ended } = spawnCli(args);
    while (!existsSync(join(out, 'trials'))) await sleep(20);
    let folder: string | undefined;
    while (folder === undefined) {
      await sleep(20);
      [folder] = await readdir(join(out, 'trials'));
    }
    const runs = [1, 2].map((seed) => join(out, 'trials', folder!, `seed-${seed}`));
    await Promise.all(runs.map(isTraining));
    child.kill(signal);
    const { code, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({
      code: signalExitCode(signal),
      stderr: expect.stringContaining('same command again'),
    });
    for (const run of runs) expect(await stepsSaved(run)).toBe((await readLines(run)).at(-1)!.step);
  });
});
