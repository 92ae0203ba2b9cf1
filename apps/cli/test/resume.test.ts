import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectSameRun, pastCheckpoint, savedStep } from '../../../packages/experiment/test/support/stopped-run.js';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
// 200 images in batches of 60: an epoch is 3 steps, 4 in the order that keeps the tail, so that steps 50 and 100 are in
// mid-epoch.
const settings = [...miniFlags, '--max-steps', '300', '--eval-freq', '50', '--dnn-hidden-units', '20'];
const momentum = ['--momentum', '0.9'];
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

  it('ends with 130 and the way on after SIGINT, and equals an unbroken one then', { timeout: 120_000 }, async () => {
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
