// Tensors and bytes on the GPU while a network trains, which must stay the same: node memory.mjs [NETWORK [STEPS]], where
// `tiny` is a network of one convolution, whose steps software computes in a tenth of a second.
import { startEngine } from '@cifarlab/engines';
import { Adam, BatchNorm } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { learnerOf, networks } from './small-networks.mjs';

const [name = 'tiny', steps = 500] = process.argv.slice(2);
/** Steps that are queued before one is waited for. */
const QUEUED = 20;

const tiny = {
  model: () =>
    sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3] }),
        new BatchNorm({ activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 3 }),
      ],
    }),
  optimizer: () => new Adam(),
  ...{ images: 4, side: 8 },
};

const { version } = await startEngine({ family: 'tensorflow.js', engine: 'webgpu', onWarning: console.error });
console.log(`${name} on ${version}`);
const { learner, batches } = learnerOf(name === 'tiny' ? tiny : networks[name]);
for (let done = 0; done < Number(steps); ) {
  const round = Array.from({ length: QUEUED }, (_, i) => done + i + 1);
  await Promise.all(
    round.map((step) => learner.trainStep(batches[step % batches.length], { step, learningRate: 1e-3 })),
  );
  done += QUEUED;
  const { numTensors, numBytes } = tf.memory();
  const { numBytesInGPU, numBytesAllocatedInGPU } = tf.backend().memory();
  console.log(
    `after ${done} steps: ${numTensors} tensors of ${numBytes} bytes; on the GPU ${numBytesInGPU} in use, ${numBytesAllocatedInGPU} allocated`,
  );
}
