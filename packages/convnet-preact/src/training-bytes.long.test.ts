import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import { Adam, SGD } from '@cifarlab/tfjs-ops';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createPreActConvNet } from './create-pre-act-conv-net.js';
import { trainingBytes } from './training-bytes.js';

const { available } = probeOrtRuntime();

/** Returns the most that three steps and an evaluation touch of a fresh backend's memory. */
async function highWaterMark(batchSize: number, optimizer: SGD | Adam): Promise<number> {
  registerOrtBackend();
  await tf.setBackend('ort');
  const learner = new TfjsLearner({ model: createPreActConvNet(), optimizer });
  const batchOf = (count: number) => ({
    images: new Float32Array(count * 3072).map((_, i) => Math.sin(i)),
    labels: new Float32Array(count * 10).map((_, i) => Number(i % 11 === 0)),
    shape: [count, 32, 32, 3],
  });
  for (let step = 1; step <= 3; step += 1) await learner.trainStep(batchOf(batchSize), { step, learningRate: 1e-4 });
  await learner.evalStep(batchOf(200));
  const { numBytesHighWater } = tf.memory() as never as { numBytesHighWater: number };
  tf.removeBackend('ort');
  return numBytesHighWater;
}

describe.runIf(available)('trainingBytes', () => {
  it.each([
    [64, 0],
    [64, 1],
    [64, 2],
    [128, 2],
  ] as const)(
    'of %i images with %i arrays of the optimizer covers what steps touch, closely',
    async (batchSize, slots) => {
      const optimizer =
        slots === 2
          ? new Adam({ learningRate: 1e-4 })
          : new SGD({ learningRate: 1e-4, momentum: slots === 1 ? 0.9 : 0 });
      const measured = await highWaterMark(batchSize, optimizer);
      const estimated = trainingBytes({ batchSize, optimizerSlots: slots });
      expect(estimated / measured).toBeGreaterThan(1);
      expect(estimated / measured).toBeLessThan(2);
    },
  );
});

it('trainingBytes rejects a batch without images', () => {
  expect(() => trainingBytes({ batchSize: 0 })).toThrow(
    'trainingBytes: batchSize must be a whole number of 1 or more; got 0.',
  );
});
