import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { expect, it } from 'vitest';
import { workerCommand } from '../contestants.js';
import type { Parameters } from '../protocol.js';
import { findPython } from '../python.js';
import { WorkerProcess } from '../worker-process.js';
import { measure } from './measure.js';
import { startWorkerEngine } from './start-engine.js';
import type { Engine } from './task.js';

// The networks and kernels that are measured against each other compute the same. Weights and inputs are drawn on both
// sides from the same seeds, so equal values mean equal networks, gradients and optimizers.
type Case = [run: string, parameters: Parameters];

const networks: Case[] = [
  ['convnet-step', { batch: 4, width: 4 }],
  ['convnet-eval', { images: 3, width: 4 }],
  ['efficientnet-step', { resolution: 33, batch: 2, depthwise5x5: true }],
  ['efficientnet-step', { resolution: 32, batch: 2, depthwise5x5: false }],
  ['efficientnet-eval', { resolution: 33, images: 3 }],
  ['fastnet-step', { batch: 4, width: 4 }],
  ['fastnet-step', { batch: 8, parts: 2, width: 4 }],
  ['mlp-step', {}],
];
const passes = ['forward', 'input-gradient', 'filter-gradient', 'training'];
const shape = [3, 8, 8, 6];
const kernels: Case[] = [
  ...[1, 3].flatMap((kernel) =>
    passes.map((pass): Case => ['conv2d', { kernel, pass, size: 6, inChannels: 5, outChannels: 7, batch: 3 }]),
  ),
  ['max-pool/forward', { shape }],
  ['max-pool/gradient', { shape }],
  ['batch-norm/forward', { shape }],
  ['batch-norm/backward', { shape }],
  ['relu', { shape }],
  ['add', { shape }],
  ['softmax', { shape: [20, 10] }],
  ['column-sum', { shape: [50, 6] }],
];

it('the ort engine computes what PyTorch computes', async (context) => {
  const python = findPython(['numpy', 'torch']);
  if ('reason' in python) return context.skip(python.reason);
  const ort = probeOrtRuntime({ threads: 1 });
  if (!ort.available) return context.skip(ort.reason);

  const pytorch = await WorkerProcess.start(workerCommand({ engine: 'pytorch' }, 1));
  const engine = await startWorkerEngine('ort', { threads: 1, convolution: 'auto' });
  for (const [run, parameters] of [...networks, ...kernels]) {
    const theirs = (await pytorch.run(run, parameters, 2)).values;
    const ours = valuesOf(engine, run, parameters);
    expect(Object.keys(ours), run).toEqual(Object.keys(theirs));
    for (const [key, value] of Object.entries(theirs)) {
      const error = Math.abs(ours[key]! - value) / Math.abs(value);
      const what = `${run} ${JSON.stringify(parameters)}: ${key} is ${ours[key]}, PyTorch's is ${value}`;
      expect(error, what).toBeLessThan(1e-4);
    }
  }
  await pytorch.close();
}, 120_000);

/** Returns the values after two measurements, as a worker gives them. */
function valuesOf(engine: Engine, run: string, parameters: Parameters): Record<string, number> {
  const task = engine.workloads[run]!(parameters);
  measure(task, 2);
  if (task.error) expect(task.error(), `${run} against float64`).toBeLessThan(1e-5);
  return task.values?.() ?? {};
}
