import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import { Adam, SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createPreActConvNet } from './create-pre-act-conv-net.js';
import { trainingBytes } from './training-bytes.js';

const { available } = probeOrtRuntime();

/** Returns the most that this many steps touch of a fresh backend's memory. */
async function highWaterMark(batchSize: number, optimizer: SGD | Adam): Promise<number> {
  registerOrtBackend();
  await tf.setBackend('ort');
  const model = createPreActConvNet();
  const variables = model.trainableWeights.map((weight) => (weight as never as { val: tf.Variable }).val);
  for (let step = 0; step < 3; step += 1) {
    tf.tidy(() => {
      const images = tf.randomUniform([batchSize, 32, 32, 3]);
      const loss = () => tf.mean<tf.Scalar>(tf.logSumExp(model.apply(images, { training: true }) as tf.Tensor2D, 1));
      optimizer.applyGradients(tf.variableGrads(loss, variables).grads);
    });
  }
  const { numBytesHighWater } = tf.memory() as never as { numBytesHighWater: number };
  tf.removeBackend('ort');
  return numBytesHighWater;
}

describe.runIf(available)('trainingBytes', () => {
  it.each([
    [8, 0],
    [16, 1],
    [32, 2],
    [64, 2],
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
