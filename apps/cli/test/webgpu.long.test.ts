import { expect, it, type TestContext } from 'vitest';
import { expectSameRun, pastCheckpoint, savedStep } from '../../../packages/experiment/test/support/stopped-run.js';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { swiftShaderVariables } from '../../../vitest.swiftshader.shared.ts';
import { miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const start = (...args: string[]) => spawnCli([...args, '--backend', 'webgpu'], { env: swiftShaderVariables() });

/** Runs a command line to its end; skips the test where there is no WebGPU. */
async function call({ skip }: Pick<TestContext, 'skip'>, ...args: string[]) {
  const outcome = await start(...args).ended;
  const missing = outcome.code === 1 && /^error: --backend webgpu: (.*)$/m.exec(outcome.stderr);
  if (missing) skip(missing[1]);
  return outcome;
}

it('a run on webgpu that is interrupted and resumed equals an unbroken one, bit for bit', {
  timeout: 300_000,
}, async (context) => {
  if (process.platform === 'win32') context.skip('Windows has no signals to send');
  // Few images, so that TensorFlow.js by itself would add up the 3072 products of a pixel's weights in any order.
  const batches = [...miniFlags, '--batch-size', '20'];
  const settings = [...batches, '--dnn-hidden-units', '8', '--no-test', '--max-steps', '9', '--eval-freq', '3'];
  const train = (run: string) => ['train', 'mlp', ...settings, '--out', workspace(run)];
  const unbroken = await call(context, ...train('unbroken'));
  expect(unbroken.code).toBe(0);
  expect(unbroken.stderr).toMatch(/^backend : webgpu \(/m);

  const run = workspace('interrupted');
  const { child, ended } = start(...train('interrupted'));
  await pastCheckpoint(run, child, (step) => step >= 3, 1);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  const stoppedAt = await savedStep(run);
  expect((await readLines(run)).at(-1)!.step).toBe(stoppedAt);
  expect(stoppedAt).toBeLessThan(9);
  expect((await call(context, 'train', 'mlp', '--resume', run, ...batches)).code).toBe(0);
  await expectSameRun(run, workspace('unbroken'));
});

it('gradcheck checks the kernels of webgpu, and their ops on cpu', { timeout: 120_000 }, async (context) => {
  const { code, stdout, stderr } = await call(
    context,
    'gradcheck',
    'smooth-activation',
    'elu',
    '--precision',
    'float32',
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(/^backend : webgpu \(/m);
  expect(stdout).toMatch(/^smooth-activation +tfjs-ops on cpu +x .* ok$/m);
  expect(stdout).toMatch(/^smooth-activation +tfjs-webgpu-kernels +x .* ok$/m);
  expect(stdout).toMatch(/^elu +tfjs-backend-webgpu +x .* ok$/m);
});
