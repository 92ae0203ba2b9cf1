import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { callCli, miniFlags } from './support/cli.js';
import { useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();

/** Eight steps, so that an epoch of three ends twice, and what the run recorded of them. */
async function train(flags: readonly string[]) {
  const run = workspace(`run ${flags.join(' ')}`);
  const common = ['--dnn-hidden-units', '6', '--max-steps', '8', '--eval-freq', '8', '--quiet', '--out', run];
  const { code, stderr } = await callCli('train', 'mlp-ndarray', ...miniFlags, ...common, ...flags);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const metrics = await readFile(join(run, 'metrics.jsonl'), 'utf8');
  const { settings } = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
  return { metrics, settings };
}

const variants: [flag: string, value: string | undefined, setting: string, recorded: unknown][] = [
  ['--dnn-hidden-units', '', 'dnnHiddenUnits', []],
  ['--activation', 'relu', 'activation', 'relu'],
  ['--activation', 'leaky-relu', 'activation', 'leaky-relu'],
  ['--activation', 'tanh', 'activation', 'tanh'],
  ['--norm', 'batch', 'norm', 'batch'],
  ['--init', 'pytorch', 'init', 'pytorch'],
  ['--init', 'he', 'init', 'he'],
  ['--init', 'glorot', 'init', 'glorot'],
  ['--dtype', 'float32', 'dtype', 'float32'],
  ['--learning-rate', '2e-3', 'learningRate', 0.002],
  ['--momentum', '0.9', 'momentum', 0.9],
  ['--weight-decay', '0.1', 'weightDecay', 0.1],
  ['--schedule', 'step', 'schedule', 'step'],
  ['--schedule', 'cosine', 'schedule', 'cosine'],
  ['--schedule', 'one-cycle', 'schedule', 'one-cycle'],
  ['--warmup-steps', '4', 'warmupSteps', 4],
  ['--batch-size', '50', 'batchSize', 50],
  ['--eval-freq', '3', 'evalFreq', 3],
  ['--seed', '7', 'seed', 7],
  ['--batch-order', 'epoch', 'batchOrder', 'epoch'],
  ['--standardize', undefined, 'standardize', true],
  ['--validation-size', '20', 'validationSize', 20],
];

describe('every flag of train that shapes the numbers', () => {
  const seen = new Map<string, string>();
  beforeAll(async () => {
    const { metrics } = await train([]);
    expect((await train(['--seed', '42'])).metrics).toBe(metrics);
    seen.set(metrics, 'the defaults');
  });

  it.each(variants)('%s %s is recorded and gives a run of its own', async (flag, value, setting, recorded) => {
    const { metrics, settings } = await train(value === undefined ? [flag] : [flag, value]);
    expect(settings[setting]).toEqual(recorded);
    expect(seen.get(metrics)).toBeUndefined();
    seen.set(metrics, `${flag} ${value}`);
  });

  it('--neg-slope is the slope of leaky-relu, 0.02 unless it says otherwise', async () => {
    const { metrics } = await train(['--activation', 'leaky-relu', '--init', 'he']);
    const slope = (value: string) => train(['--activation', 'leaky-relu', '--init', 'he', '--neg-slope', value]);
    expect((await slope('0.02')).metrics).toBe(metrics);
    expect((await slope('0.3')).metrics).not.toBe(metrics);
    // Without a slope it is the ReLU, unless an input is exactly 0.
    expect((await slope('0')).metrics).toBe((await train(['--activation', 'relu', '--init', 'he'])).metrics);
  });
});
