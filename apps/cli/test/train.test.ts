import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags, type Outcome, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const golden = JSON.parse(await readFile(new URL('fixtures/mlp-mini.json', import.meta.url), 'utf8')) as {
  train_loss: number[];
  train_accuracy: number[];
  test_loss: number;
  test_accuracy: number;
};

describe.each([
  // NumPy's losses are of float64; the other tolerance is for float32.
  { model: 'mlp-ndarray', tolerance: 1e-9 },
  { model: 'mlp', tolerance: 1e-6 },
])('train $model on the mini dataset', ({ model, tolerance }) => {
  let outcome: Outcome;
  const run = () => workspace(model);
  beforeAll(async () => {
    const steps = ['--max-steps', '20', '--eval-freq', '20', '--out', run()];
    outcome = await spawnCli(['train', model, ...miniFlags, ...steps]).ended;
  });

  it('ends well, with results on stdout and settings and progress on stderr', () => {
    expect(outcome.code).toBe(0);
    expect(outcome.stdout.split('\n')[0]).toBe('test accuracy 0.3000, loss 2.2043 at step 20');
    expect(outcome.stdout).toContain(`report ${workspace(model, 'report.html')}`);
    expect(outcome.stdout).not.toContain('batch_size');
    expect(outcome.stderr).toMatch(/^batch_size : 60$/m);
    expect(outcome.stderr).toMatch(/^dnn_hidden_units : 100$/m);
    expect(outcome.stderr).toMatch(/^step 20 {2}test loss 2\.2043 {2}test accuracy 30\.0 %$/m);
    expect(outcome.stderr).not.toMatch(/^error:/m);
  });

  it(`follows NumPy's run to ${tolerance}`, async () => {
    const lines = await readLines(run());
    const train = lines.filter(({ event }) => event === 'train');
    expect(train).toHaveLength(golden.train_loss.length);
    train.forEach(({ step, loss, accuracy }, index) => {
      expect(step).toBe(index + 1);
      expect(Math.abs(loss - golden.train_loss[index]!)).toBeLessThan(tolerance);
      expect(accuracy).toBeCloseTo(golden.train_accuracy[index]!, 12);
    });
    const last = lines.at(-1)!;
    expect(last).toMatchObject({ event: 'eval', split: 'test', step: 20 });
    expect(Math.abs(last.loss - golden.test_loss)).toBeLessThan(tolerance);
    expect(last.accuracy).toBeCloseTo(golden.test_accuracy, 12);
  });

  it('leaves a complete run folder', async () => {
    const files = await listing(run());
    expect(files).toEqual(
      expect.arrayContaining(['config.json', 'curves.png', 'curves.svg', 'metrics.jsonl', 'report.html']),
    );
    expect(files.filter((name) => name.endsWith('state.json'))).toHaveLength(1);
    expect(files.filter((name) => name.endsWith('.safetensors'))).toHaveLength(2);
    expect(files.filter((name) => name.includes('.tmp'))).toEqual([]);
    expect([...(await readFile(workspace(model, 'curves.png'))).subarray(0, 8)]).toEqual([
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
    ]);
    expect(await readFile(workspace(model, 'curves.svg'), 'utf8')).toMatch(/^<svg/);
    const config = JSON.parse(await readFile(workspace(model, 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      format: 'cifarlab-run',
      model,
      settings: { batchSize: 60, maxSteps: 20, seed: 42, learningRate: 1e-3 },
      data: { verified: false, train: 200, validation: 0, test: 40 },
    });
  });

  it('writes a report that fetches nothing', async () => {
    const html = await readFile(workspace(model, 'report.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toMatch(/(?:src|href|action|data)\s*=\s*["']?\s*(?:https?:)?\/\//i);
    expect(html).not.toMatch(/url\(\s*["']?(?:https?:)?\/\//i);
    expect(html).not.toMatch(/@import|<script[^>]+src|\bfetch\(/i);
  });
});

describe('how train prints', () => {
  const short = ['--max-steps', '2', '--eval-freq', '2', '--dnn-hidden-units', '4'];

  it("keeps TensorFlow.js's own words back", async () => {
    const cpu = ['train', 'mlp', '--backend', 'cpu', ...miniFlags, ...short, '--out'];
    const told = await spawnCli([...cpu, workspace('tfjs-told'), '--json']).ended;
    expect(told.code).toBe(0);
    expect(told.stderr).toMatch(/^backend : cpu \(tfjs-backend-cpu /m);
    expect(told.stderr).not.toMatch(/TensorFlow|====/);
    expect(JSON.parse(told.stdout)).toMatchObject({ run: workspace('tfjs-told'), step: 2 });
    const quiet = await spawnCli([...cpu, workspace('tfjs-quiet'), '--quiet']).ended;
    expect(quiet).toMatchObject({ code: 0, stderr: '' });
    expect(quiet.stdout).toMatch(/^test accuracy [\s\S]*\nreport .*\n$/);
  });

  it('gives one JSON object with --json', async () => {
    const { code, stdout } = await callCli(
      'train',
      'mlp-ndarray',
      ...miniFlags,
      ...short,
      '--json',
      '--out',
      workspace('json'),
    );
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const [last] = (await readLines(workspace('json'))).slice(-1);
    expect(JSON.parse(stdout)).toMatchObject({
      run: workspace('json'),
      step: 2,
      test: { step: 2, loss: last!.loss, accuracy: last!.accuracy },
    });
  });

  it('leaves stderr empty with --quiet, even of warnings', async () => {
    const deep = ['--dnn-hidden-units', '4,3'];
    const args = ['train', 'mlp-ndarray', ...miniFlags, ...short, ...deep, '--quiet', '--out', workspace('quiet')];
    const { code, stdout, stderr } = await spawnCli(args).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^test accuracy /);
  });

  it("accepts the course's spelling of flags", async () => {
    const flags = miniFlags.map((flag) => (flag === '--batch-size' ? '--batch_size' : flag));
    const course = ['--max_steps=2', '--eval_freq', '1', '--dnn_hidden_units=4,3', '--learning_rate', '0.01'];
    const { code, stderr } = await callCli('train', 'mlp-ndarray', ...flags, ...course, '--out', workspace('course'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^batch_size : 60$/m);
    expect(stderr).toMatch(/^dnn_hidden_units : 4,3$/m);
    expect(stderr).toMatch(/^learning_rate : 0\.01$/m);
    expect(stderr).toMatch(/^warning: .*--init he$/m);
  });

  it.each([
    ['mlp-ndarray', '1e200'],
    ['mlp', '1e30'],
  ])('%s stops when the loss is not a number any more, and keeps the weights from before', async (model, size) => {
    const rate = ['--learning-rate', size, '--init', 'he', '--json', '--out', workspace(`diverged ${model}`)];
    const { code, stdout, stderr } = await callCli('train', model, ...miniFlags, '--max-steps', '9', ...rate);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).stop).toBe('non-finite-loss');
    expect(stderr).toMatch(/^error: .*learning rate/m);
  });

  it('goes into the best checkpoint and stops early when validation images say so', async () => {
    const args = ['--validation-size', '40', '--early-stopping', '1', '--learning-rate', '1', '--momentum', '0.9'];
    const limits = ['--max-steps', '200', '--eval-freq', '2', '--dnn-hidden-units', '4', '--json'];
    const { code, stdout } = await callCli(
      'train',
      'mlp-ndarray',
      ...miniFlags,
      ...args,
      ...limits,
      '--out',
      workspace('early'),
    );
    const result = JSON.parse(stdout) as { stop: string; step: number; best: { step: number } };
    expect({ code, stop: result.stop }).toEqual({ code: 0, stop: 'early-stopping' });
    expect(result.step).toBeLessThan(200);
    const state = JSON.parse(await readFile(workspace('early', 'checkpoints', 'best', 'state.json'), 'utf8'));
    expect(state.training.step).toBe(result.best.step);
  });
});
