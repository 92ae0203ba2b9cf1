import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openRun, trainRun } from '../src/index.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();

it('no tensor is left of a run that has ended, nor of one that is closed', async () => {
  const settings = { maxSteps: 2, batchSize: 60, dnnHiddenUnits: [5], norm: 'batch', dropout: 0.1, optimizer: 'adam' };
  const options = { network: 'mlp', settings, data: mini, engine: { name: 'cpu' } } as const;
  await trainRun({ ...options, out: workspace('first') } as never).result;
  const { numTensors } = tf.memory();
  await trainRun({ ...options, out: workspace('second') } as never).result;
  expect(tf.memory().numTensors).toBe(numTensors);
  const run = await openRun(workspace('second'), { data: mini, engine: { name: 'cpu' } });
  await run.evaluate();
  expect(tf.memory().numTensors).toBeGreaterThan(numTensors);
  await run.close();
  expect(tf.memory().numTensors).toBe(numTensors);
  expect((await run.evaluate()).count).toBe(40);
});
