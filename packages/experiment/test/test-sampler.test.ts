import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openRun, trainRun } from '../src/index.js';
import { TestSampler } from '../src/report.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const TIMEOUT = 120_000;

beforeAll(async () => {
  const settings = { maxSteps: 20, evalFreq: 10, batchSize: 50 };
  await trainRun({ network: 'mlp-ndarray', settings, data: mini, out: workspace('run') }).result;
}, TIMEOUT);

it('finds what an evaluation finds where it takes all images', { timeout: TIMEOUT }, async () => {
  const sample = await new TestSampler({ data: mini }).classify(workspace('run'));
  const { accuracy, confusion, classNames } = await (await openRun(workspace('run'), { data: mini })).evaluate({
    checkpoint: 'last',
  });
  expect(sample).toMatchObject({ step: 20, count: 40, accuracy, side: 32 });
  expect(sample.classes.map(({ name }) => name)).toEqual(classNames);
  expect(sample.classes.map(({ correct }) => correct)).toEqual(confusion.map((row, label) => row[label]));
  expect(sample.predictions).toHaveLength(12);
  for (const { pixels, truth, probability } of sample.predictions) {
    expect(pixels).toHaveLength(3 * 32 * 32);
    expect(classNames).toContain(truth);
    expect(probability).toBeGreaterThan(1 / 10 - 1e-6);
  }
});

it('ends with the batch that has enough images', { timeout: TIMEOUT }, async () => {
  const { count, predictions } = await new TestSampler({ data: mini, count: 1 }).classify(workspace('run'));
  expect(count).toBe(40);
  expect(predictions).toHaveLength(12);
});

it('refuses images that are not those of the run, and a run without a checkpoint', { timeout: TIMEOUT }, async () => {
  await cp(workspace('run'), workspace('bare'), { recursive: true });
  await rm(join(workspace('bare'), 'checkpoints'), { recursive: true });
  await expect(new TestSampler({ data: mini }).classify(workspace('bare'))).rejects.toMatchObject({ code: 'missing' });
  await expect(new TestSampler({ data: { offline: true } }).classify(workspace('run'))).rejects.toMatchObject({
    name: 'Cifar10Error',
  });
});
