// The losses of every network on WebGPU beside those on `ort`, as a table: node losses.mjs [STEPS [NETWORK …]]
import { startEngine } from '@cifarlab/engines';
import { learnerOf, networks } from './small-networks.mjs';

const [steps = 50, ...names] = process.argv.slice(2);
const SHOWN = [1, 2, 5, 10, 20, 30, 40, 50];

async function lossesOn(engine, network) {
  await startEngine({ family: 'tensorflow.js', engine, onWarning: console.error });
  const { learner, batches, dispose } = learnerOf(network);
  const sums = Array.from({ length: Number(steps) }, async (_, i) =>
    learner.trainStep(batches[i % batches.length], { step: i + 1, learningRate: 1e-3 }),
  );
  const losses = (await Promise.all(sums)).map(({ loss, count }) => loss / count);
  dispose();
  return losses;
}

for (const [name, network] of Object.entries(networks)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const start = performance.now();
  const webgpu = await lossesOn('webgpu', network);
  const seconds = (performance.now() - start) / 1000;
  const ort = await lossesOn('ort', network);
  const worst = Math.max(...webgpu.map((loss, i) => Math.abs(loss / ort[i] - 1)));
  console.log(
    `${name}: ${steps} steps in ${seconds.toFixed(0)} s on webgpu; largest relative difference ${worst.toExponential(1)}`,
  );
  for (const step of SHOWN.filter((step) => step <= webgpu.length)) {
    console.log(`| ${step} | ${webgpu[step - 1].toFixed(6)} | ${ort[step - 1].toFixed(6)} |`);
  }
}
