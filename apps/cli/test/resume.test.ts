import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callCli, miniFlags, spawnCli } from './support/cli.js';
import { expectSameRun, pastCheckpoint, savedStep } from './support/stopped-run.js';
import { listing, readLines, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
// 200 images in batches of 60: an epoch is 3 steps, 4 in the order that keeps the tail, so that steps 50 and 100 are in
// mid-epoch.
const settings = [...miniFlags, '--max-steps', '300', '--eval-freq', '50', '--dnn-hidden-units', '20'];
const momentum = ['--momentum', '0.9'];
const random = [
  ...['--dropout', '0.3', '--norm', 'batch', '--label-smoothing', '0.1'],
  ...['--optimizer', 'adam', '--weight-decay', '0.1', '--schedule', 'cosine'],
  ...['--flip', '--crop', '4', '--cutout', '8', '--batch-order', 'epoch'],
];
const train = (model: string, out: string, ...more: string[]) => ['train', model, ...settings, ...more, '--out', out];
const unbroken = (name: string) => workspace(`unbroken ${name}`);

beforeAll(async () => {
  const { code } = await callCli(...train('mlp-ndarray', unbroken('wasm'), '--backend', 'wasm', ...momentum));
  expect(code).toBe(0);
});

describe('a run that is stopped by a signal', () => {
  beforeEach((context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals to send');
  });

  it.each([
    { model: 'mlp-ndarray', epoch: 3, flags: momentum },
    { model: 'mlp', epoch: 4, flags: random },
  ])(
    '$model equals an unbroken one after SIGKILL in mid-epoch and --resume',
    { timeout: 60_000 },
    async ({ model, epoch, flags }) => {
      expect((await spawnCli(train(model, unbroken(model), ...flags)).ended).code).toBe(0);
      const run = workspace(`killed ${model}`);
      const { child, ended } = spawnCli(train(model, run, ...flags));
      await pastCheckpoint(run, child, (step) => step >= 50 && step % epoch !== 0);
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
      const saved = await savedStep(run);
      expect(saved % epoch).not.toBe(0);
      expect((await readLines(run)).at(-1)!.step).toBeGreaterThan(saved);

      const resumed = await callCli('train', model, '--resume', run, ...miniFlags);
      expect(resumed.stderr).not.toMatch(/^error:/m);
      expect(resumed.code).toBe(0);
      expect(resumed.stderr).not.toMatch(/^warning:/m);
      await expectSameRun(run, unbroken(model));
      expect(await listing(run)).toEqual(await listing(unbroken(model)));
    },
  );

  it('ends with 130 and the way on after SIGINT, and equals an unbroken one then', { timeout: 60_000 }, async () => {
    const run = workspace('interrupted');
    const { child, ended } = spawnCli(train('mlp-ndarray', run, '--backend', 'wasm', ...momentum));
    await pastCheckpoint(run, child, (step) => step >= 50);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain(`npx cifarlab train mlp-ndarray --resume ${run}`);
    // The interrupted step is saved: nothing is computed twice.
    expect((await readLines(run)).at(-1)!.step).toBe(await savedStep(run));

    expect((await callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags)).code).toBe(0);
    await expectSameRun(run, unbroken('wasm'));
  });
});

describe('--resume', () => {
  it('takes a run from before there were augmentation and --no-test as one without them', async () => {
    const run = workspace('early');
    await cp(unbroken('wasm'), run, { recursive: true });
    const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    for (const name of ['flip', 'crop', 'cutout', 'test']) delete config.settings[name];
    await writeFile(join(run, 'config.json'), JSON.stringify(config));
    const resume = (flag: string) => callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags, flag);
    expect((await resume('--no-test')).stderr).toMatch(/--no-test differs from the run's true/);
    expect((await resume('--crop=0')).code).toBe(0);
  });

  it('leaves the test images alone where the run did', async () => {
    const short = ['--max-steps', '4', '--eval-freq', '2', '--dnn-hidden-units', '4', '--validation-size', '40'];
    const run = workspace('no test');
    const first = await callCli('train', 'mlp-ndarray', ...miniFlags, ...short, '--no-test', '--json', '--out', run);
    expect(JSON.parse(first.stdout)).toMatchObject({ step: 4, best: { metric: 'accuracy' } });
    expect(JSON.parse(first.stdout)).not.toHaveProperty('test');
    expect(first.stderr).toMatch(/^test : false$/m);
    const more = await callCli('train', 'mlp-ndarray', '--resume', run, ...miniFlags, '--max-steps', '6');
    expect(more.code).toBe(0);
    expect(more.stdout).toMatch(/^best validation accuracy /);
    const evaluations = (await readLines(run)).filter(({ event }) => event === 'eval');
    expect(evaluations.map(({ split, step }) => [split, step])).toEqual(
      [1, 2, 4, 6].map((step) => ['validation', step]),
    );
  });

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
    [['--no-test'], 2, /--no-test differs from the run's true; leave it out/],
    [['--flip'], 2, /--flip differs from the run's false; leave it out/],
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
