import type { ChildProcess } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callCli, miniFlags, spawnCli } from './support/cli.js';
import { listing, readLines, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
// 200 images in batches of 60: an epoch is 3 steps, so that a checkpoint at step 50 or 100 is in mid-epoch.
const settings = ['--max-steps', '300', '--eval-freq', '50', '--dnn-hidden-units', '20', '--momentum', '0.9'];
const train = (out: string, backend: string) => [
  ...['train', 'mlp-ndarray', '--backend', backend],
  ...[...miniFlags, ...settings, '--out', out],
];
const unbroken = (backend: string) => workspace(`unbroken-${backend}`);
const ort = probeOrtRuntime();

beforeAll(async () => {
  expect((await callCli(...train(unbroken('wasm'), 'wasm'))).code).toBe(0);
});

/** Waits until the run is some steps past a checkpoint in mid-epoch. */
async function pastCheckpoint(run: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('The run ended before it could be stopped.');
    await sleep(2);
    try {
      const saved = await savedStep(run);
      const last = (await readLines(run)).at(-1)!.step;
      if (saved >= 50 && saved % 3 !== 0 && last >= saved + 3) return;
    } catch (error) {
      // Files that are not there yet, or are just being replaced.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

async function savedStep(run: string): Promise<number> {
  const text = await readFile(join(run, 'checkpoints', 'last', 'state.json'), 'utf8');
  return (JSON.parse(text) as { training: { step: number } }).training.step;
}

async function expectUnbroken(run: string, backend: string): Promise<void> {
  const metrics = (folder: string) => readFile(join(folder, 'metrics.jsonl'));
  expect((await metrics(run)).equals(await metrics(unbroken(backend)))).toBe(true);
  const last = (folder: string) => join(folder, 'checkpoints', 'last');
  const names = (await readdir(last(unbroken(backend)))).sort();
  expect((await readdir(last(run))).sort()).toEqual(names);
  expect(names).toHaveLength(3);
  for (const name of names) {
    const [got, wanted] = await Promise.all([run, unbroken(backend)].map((at) => readFile(join(last(at), name))));
    expect(got!.equals(wanted!), name).toBe(true);
  }
}

describe('a run that is stopped by a signal', () => {
  beforeEach((context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals to send');
  });

  it('equals an unbroken one after SIGKILL in mid-epoch and --resume', { timeout: 60_000 }, async (context) => {
    if (!ort.available) context.skip(ort.reason);
    expect((await callCli(...train(unbroken('ort'), 'ort'))).code).toBe(0);
    const run = workspace('killed');
    const { child, ended } = spawnCli(train(run, 'ort'));
    await pastCheckpoint(run, child);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const saved = await savedStep(run);
    expect(saved % 3).not.toBe(0);
    expect((await readLines(run)).at(-1)!.step).toBeGreaterThan(saved);

    const resumed = await callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags);
    expect(resumed.stderr).not.toMatch(/^error:/m);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).not.toMatch(/^warning:/m);
    await expectUnbroken(run, 'ort');
    expect(await listing(run)).toEqual(await listing(unbroken('ort')));
  });

  it('ends with 130 and the way on after SIGINT, and equals an unbroken one then', { timeout: 60_000 }, async () => {
    const run = workspace('interrupted');
    const { child, ended } = spawnCli(train(run, 'wasm'));
    await pastCheckpoint(run, child);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain(`cifarlab train mlp-ndarray --resume ${run}`);
    // The interrupted step is saved: nothing is computed twice.
    expect((await readLines(run)).at(-1)!.step).toBe(await savedStep(run));

    expect((await callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags)).code).toBe(0);
    await expectUnbroken(run, 'wasm');
  });
});

describe('--resume', () => {
  it('lets a finished run go on for more steps', async () => {
    const short = ['--max-steps', '20', '--eval-freq', '5', '--dnn-hidden-units', '4'];
    const steps = (run: string, count: string) =>
      callCli('train', 'mlp-ndarray', ...miniFlags, ...short.with(1, count), '--out', run);
    expect((await steps(workspace('long'), '20')).code).toBe(0);
    expect((await steps(workspace('short'), '10')).code).toBe(0);
    const more = await callCli(
      'train',
      'mlp-ndarray',
      '--resume',
      workspace('short'),
      ...miniFlags,
      '--max-steps',
      '20',
    );
    expect(more.code).toBe(0);
    expect(await readFile(workspace('short', 'metrics.jsonl'), 'utf8')).toBe(
      await readFile(workspace('long', 'metrics.jsonl'), 'utf8'),
    );
  });

  it('checks the settings again when the run is to end sooner', async () => {
    const run = workspace('sooner');
    await cp(unbroken('wasm'), run, { recursive: true });
    const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    config.settings.warmupSteps = 400;
    await writeFile(join(run, 'config.json'), JSON.stringify(config));
    const { code, stderr } = await callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--warmup-steps 400 is more than --max-steps 300/);
  });

  it.each([
    [['--learning-rate', '0.5'], 2, /--learning-rate 0\.5 differs from the run's 0\.001; leave it out/],
    [['--max-steps', '10'], 2, /--max-steps 10 is less than the 300 steps/],
    [['--out', 'elsewhere'], 2, /--out elsewhere does not go with --resume/],
  ])('refuses %j', async (flags, exitCode, message) => {
    const { code, stderr } = await callCli(
      'train',
      'mlp-ndarray',
      '--resume',
      unbroken('wasm'),
      ...miniFlags,
      ...flags,
    );
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(message);
  });
});
