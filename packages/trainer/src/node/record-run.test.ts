import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallRun } from '../../test/support/run.js';
import { fit, type TrainEvent, train } from '../index.js';
import { loadCheckpoint, loadModel, MetricsFile, readMetrics, recordRun, runFolder } from '../node.js';

let path: string;
beforeEach(async () => {
  path = await fs.mkdtemp(join(tmpdir(), 'cifarlab-run-'));
});
afterEach(() => fs.rm(path, { recursive: true }));

it('runFolder names the places', () => {
  const folder = runFolder('runs/one');
  expect(folder).toEqual({
    path: 'runs/one',
    config: join('runs', 'one', 'config.json'),
    metrics: join('runs', 'one', 'metrics.jsonl'),
    last: join('runs', 'one', 'checkpoints', 'last'),
    best: join('runs', 'one', 'checkpoints', 'best'),
    lock: join('runs', 'one', 'run.lock'),
  });
});

describe('recordRun', () => {
  const record = async (options: object = {}) => {
    const folder = runFolder(path);
    const metrics = await MetricsFile.create(folder.metrics);
    const recorder = recordRun({
      folder,
      metrics,
      describe: ({ step, learner }) => ({ model: { weights: learner.arrays.weights! }, values: { at: step } }),
    });
    const history = await fit({ ...smallRun(options), callbacks: [recorder] });
    await metrics.close();
    return { folder, history };
  };

  it('keeps the metrics, the last and the best checkpoint', async () => {
    const { folder, history } = await record({ maxSteps: 10, evalFreq: 3 });
    expect(await readMetrics(folder.metrics)).toHaveLength(10 + 2 * 5);
    const last = await loadCheckpoint(folder.last);
    expect(last.training!.step).toBe(10);
    expect(last.values).toEqual({ at: 10 });
    expect((await loadModel(folder.best)).step).toBe(history.best!.step);
    expect(Object.keys(last.training!.callbacks)).toEqual(['history']);
  });

  it('makes no best checkpoint without a validation split', async () => {
    const { test } = smallRun().evaluate!;
    const { folder } = await record({ evaluate: { test } });
    expect(await fs.readdir(join(folder.last, '..'))).toEqual(['last']);
  });

  it('keeps the last good checkpoint when the loss is no longer finite', async () => {
    const options = smallRun({ maxSteps: 12, evalFreq: 4 });
    const trainStep = options.learner.trainStep.bind(options.learner);
    options.learner.trainStep = async (batch, context) => ({
      ...(await trainStep(batch, context)),
      ...(context.step === 7 ? { loss: Number.NaN } : {}),
    });
    const { folder, history } = await record(options);
    expect(history.stop).toMatchObject({ reason: 'non-finite-loss', step: 7 });
    expect((await loadCheckpoint(folder.last)).training!.step).toBe(4);
    expect((await readMetrics(folder.metrics)).at(-1)!.step).toBe(6);
  });

  it('saves the best before the last, so that a run killed in between repeats both', async () => {
    const folder = runFolder(path);
    const metrics = await MetricsFile.create(folder.metrics);
    const model = { model: {}, values: {} };
    const recorder = recordRun({ folder, metrics, describe: () => model });
    // The last checkpoint cannot be written: a file is where its folder should be.
    await fs.mkdir(join(folder.last, '..'));
    await fs.writeFile(folder.last, '');
    const run = train(smallRun({ maxSteps: 1 }));
    const save = async () => {
      for await (const event of run as AsyncIterable<TrainEvent>) await recorder(event);
    };
    await expect(save()).rejects.toMatchObject({ name: 'CheckpointError', folder: folder.last });
    expect((await loadCheckpoint(folder.best)).training!.step).toBe(1);
    await metrics.close();
  });
});
