// Images a second of the ConvNet's training step on WebGPU, and the share of each kind of kernel: node step-times.mjs 32 128 …
import { createPreActConvNet } from '@cifarlab/convnet-preact';
import { startEngine } from '@cifarlab/engines';
import { Adam } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';

const WARM_UP = 3;
const STEPS = Number(process.env.GPU_STEPS ?? 30);
const WIDTH = Number(process.env.GPU_WIDTH ?? 64);

const engine = await startEngine({ family: 'tensorflow.js', engine: 'webgpu', onWarning: console.error });
console.log(JSON.stringify({ engine: engine.version }));

for (const batch of process.argv.slice(2).map(Number)) {
  const model = createPreActConvNet({ width: WIDTH, seed: 1 });
  const optimizer = new Adam({ learningRate: 1e-4 });
  const variables = model.trainableWeights.map((weight) => weight.read());
  const x = tf.randomUniform([batch, 32, 32, 3], -1, 1, 'float32', 1);
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from({ length: batch }, (_, i) => i % 10)), 10));
  const step = () => {
    const { value, grads } = tf.variableGrads(
      () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })),
      variables,
    );
    optimizer.applyGradients(grads);
    tf.dispose(grads);
    return value;
  };
  // One step is under way while the loss of the one before it is read, as in training.
  const run = async (count) => {
    let before = step();
    for (let i = 1; i < count; i++) {
      const next = step();
      await before.data();
      before.dispose();
      before = next;
    }
    await before.data();
    before.dispose();
  };
  await run(WARM_UP);
  const start = performance.now();
  await run(STEPS);
  const seconds = (performance.now() - start) / 1000;
  const { kernelMs, getExtraProfileInfo } = await tf.time(() => step().dispose());
  console.log(
    JSON.stringify({
      batch,
      imagesPerSecond: (STEPS * batch) / seconds,
      msPerStep: (1000 * seconds) / STEPS,
      gpuMs: kernelMs,
      shares: shares(getExtraProfileInfo?.() ?? ''),
      memory: tf.memory(),
    }),
  );
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
}

/** Sums the profile, `name: ms, name: ms, …`, by name: parts of the whole, the largest first. */
function shares(profile) {
  const sums = {};
  let total = 0;
  for (const entry of profile.split(', ').filter(Boolean)) {
    const colon = entry.lastIndexOf(': ');
    const ms = Number(entry.slice(colon + 2));
    sums[entry.slice(0, colon)] = (sums[entry.slice(0, colon)] ?? 0) + ms;
    total += ms;
  }
  const sorted = Object.entries(sums).sort(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([name, ms]) => [name, Number((ms / total).toFixed(4))]));
}
