import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import { SGD } from '@cifarlab/tfjs-ops';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ACTIVATIONS } from './activations.js';
import { createMlp, type MlpOptions } from './create-mlp.js';
import { trainingBytes } from './training-bytes.js';

/** Returns the most that three steps touch of a fresh backend's memory. */
async function highWaterMark(options: MlpOptions, batchSize: number): Promise<number> {
  registerOrtBackend();
  await tf.setBackend('ort');
  const learner = new TfjsLearner({
    model: createMlp({ init: 'he', ...options }),
    optimizer: new SGD({ learningRate: 1e-4 }),
  });
  const images = new Float32Array(batchSize * options.nInputs).map((_, i) => Math.sin(i));
  const labels = new Float32Array(batchSize * options.numClasses).map((_, i) => Number(i % 11 === 0));
  const batch = { images, labels, shape: [batchSize, options.nInputs] };
  for (let step = 1; step <= 3; step += 1) await learner.trainStep(batch, { step, learningRate: 1e-4 });
  const { numBytesHighWater } = tf.memory() as never as { numBytesHighWater: number };
  tf.removeBackend('ort');
  return numBytesHighWater;
}

const cases: Partial<MlpOptions>[] = [
  { nHidden: [1000] },
  { nHidden: [300, 300, 300, 300] },
  ...ACTIVATIONS.map((activation) => ({ activation })),
  { norm: 'batch', dropout: 0.5 },
  { norm: 'layer', activation: 'gelu' },
];

describe('trainingBytes', () => {
  it.each(cases)('with %j covers what steps touch, closely', async (options) => {
    const shape = { nInputs: 3072, nHidden: [400, 400], numClasses: 10, ...options };
    const measured = await highWaterMark(shape, 1000);
    const estimated = trainingBytes({ ...shape, batchSize: 1000, optimizerSlots: 0 });
    expect(estimated / measured).toBeGreaterThan(1);
    expect(estimated / measured).toBeLessThan(2);
  });
});

it('trainingBytes rejects a batch without samples', () => {
  expect(() => trainingBytes({ nInputs: 3, nHidden: [], numClasses: 2, batchSize: 0 })).toThrow('batchSize');
});
