import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags } from './support/cli.js';

const workspace = useWorkspace();

/** Trains for eight steps, so that an epoch of three ends twice, and returns the run's record of them. */
async function train(model: string, flags: readonly string[]) {
  const run = await mkdtemp(workspace(`${model}-`));
  const common = ['--dnn-hidden-units', '6', '--max-steps', '8', '--eval-freq', '8', '--quiet', '--out', run];
  const { code, stderr } = await callCli('train', model, ...miniFlags, ...common, ...flags);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const metrics = await readFile(join(run, 'metrics.jsonl'), 'utf8');
  const { settings } = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
  return { metrics, settings };
}

type Variant = [flag: string, value: string | undefined, setting: string, recorded: unknown];

const ofBoth: Variant[] = [
  ['--dnn-hidden-units', '', 'dnnHiddenUnits', []],
  ['--activation', 'relu', 'activation', 'relu'],
  ['--activation', 'leaky-relu', 'activation', 'leaky-relu'],
  ['--activation', 'tanh', 'activation', 'tanh'],
  ['--norm', 'batch', 'norm', 'batch'],
  ['--init', 'pytorch', 'init', 'pytorch'],
  ['--init', 'he', 'init', 'he'],
  ['--init', 'glorot', 'init', 'glorot'],
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
  ['--flip', undefined, 'flip', true],
  ['--crop', '4', 'crop', 4],
  ['--cutout', '8', 'cutout', 8],
];

const variants: Record<string, Variant[]> = {
  'mlp-ndarray': [...ofBoth, ['--dtype', 'float32', 'dtype', 'float32']],
  mlp: [
    ...ofBoth,
    ['--activation', 'sigmoid', 'activation', 'sigmoid'],
    ['--activation', 'silu', 'activation', 'silu'],
    ['--activation', 'gelu', 'activation', 'gelu'],
    ['--norm', 'layer', 'norm', 'layer'],
    ['--dropout', '0.5', 'dropout', 0.5],
    ['--optimizer', 'adam', 'optimizer', 'adam'],
    ['--label-smoothing', '0.1', 'labelSmoothing', 0.1],
  ],
};

describe.each(Object.entries(variants))('every flag of train %s that shapes the numbers', (model, all) => {
  const seen = new Map<string, string>();
  const slope = ['--activation', 'leaky-relu', '--init', 'he', '--neg-slope'];
  beforeAll(async () => {
    const { metrics } = await train(model, []);
    expect((await train(model, ['--seed', '42'])).metrics).toBe(metrics);
    seen.set(metrics, 'the defaults');
  });

  it.each(all)('%s %s is recorded and gives a run of its own', async (flag, value, setting, recorded) => {
    const { metrics, settings } = await train(model, value === undefined ? [flag] : [flag, value]);
    expect(settings[setting]).toEqual(recorded);
    expect(seen.get(metrics)).toBeUndefined();
    seen.set(metrics, `${flag} ${value}`);
  });

  it('--neg-slope is the slope of leaky-relu, 0.02 unless it says otherwise', async () => {
    const { metrics } = await train(model, slope.slice(0, 4));
    expect((await train(model, [...slope, '0.02'])).metrics).toBe(metrics);
    expect((await train(model, [...slope, '0.3'])).metrics).not.toBe(metrics);
    // Without a slope it is the ReLU, unless an input is exactly 0.
    const relu = await train(model, ['--activation', 'relu', '--init', 'he']);
    expect((await train(model, [...slope, '0'])).metrics).toBe(relu.metrics);
  });
});

describe('flags of train mlp that go with others', () => {
  it('--preset strong replaces the defaults, and gives way to the other flags', async () => {
    const { settings } = await train('mlp', ['--preset', 'strong', '--batch-size', '50', '--no-flip']);
    expect(settings).toMatchObject({
      ...{ preset: 'strong', activation: 'gelu', norm: 'batch', init: 'he', learningRate: 0.1, momentum: 0.9 },
      ...{ nesterov: true, weightDecay: 5e-4, schedule: 'one-cycle', batchOrder: 'epoch', standardize: true },
      ...{ dnnHiddenUnits: [6], maxSteps: 8, evalFreq: 8, batchSize: 50, flip: false },
    });
    expect((await train('mlp', [])).settings).toMatchObject({ preset: 'course', activation: 'elu', norm: 'none' });
  });

  it('--nesterov changes what momentum does', async () => {
    const { metrics } = await train('mlp', ['--momentum', '0.9']);
    const { metrics: nesterov, settings } = await train('mlp', ['--momentum', '0.9', '--nesterov']);
    expect(settings).toMatchObject({ momentum: 0.9, nesterov: true });
    expect(nesterov).not.toBe(metrics);
  });

  it('--weight-decay is decoupled in adamw', async () => {
    const adam = await train('mlp', ['--optimizer', 'adam']);
    const adamw = await train('mlp', ['--optimizer', 'AdamW']);
    expect(adamw.settings.optimizer).toBe('adamw');
    expect(adamw.metrics).toBe(adam.metrics);
    const penalty = await train('mlp', ['--optimizer', 'adam', '--weight-decay', '0.1']);
    const decoupled = await train('mlp', ['--optimizer', 'adamw', '--weight-decay', '0.1']);
    expect(new Set([adam, penalty, decoupled].map(({ metrics }) => metrics)).size).toBe(3);
  });
});
