import { createPreActConvNet } from '@cifarlab/convnet-preact';
import { createEfficientNetLite } from '@cifarlab/efficientnet-lite';
import { EngineError, startEngine } from '@cifarlab/engines';
import { createFastNet } from '@cifarlab/fastnet';
import { createMlp } from '@cifarlab/mlp';
import { createResNet } from '@cifarlab/resnet';
import { Adam, AdamW, Muon, SGD } from '@cifarlab/tfjs-ops';
import { learnerChecks } from '@cifarlab/trainer/testing';
import { type TfjsBatch, TfjsLearner, type TfjsModel, type TfjsOptimizer } from '@cifarlab/trainer/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import { imageBatches, smallConvNet } from '../../trainer/test/support/small-convnet.js';

afterEach(() => tf.disposeVariables());

/** Faults that the GPU reports later, such as a shader that does not compile. */
const warnings: string[] = [];

async function start(engine: 'webgpu' | 'ort', { skip }: Pick<TestContext, 'skip'>): Promise<void> {
  try {
    await startEngine({ family: 'tensorflow.js', engine, onWarning: (message) => warnings.push(message) });
  } catch (error) {
    if (error instanceof EngineError && error.code === 'UNAVAILABLE') skip(error.reason);
    throw error;
  }
}

function wave(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 2 * Math.sin(0.7 * i * (seed + 1) + seed + (i % 13)));
}

function batchesOf(count: number, n: number, side: number, isFlat = false): TfjsBatch[] {
  return Array.from({ length: count }, (_, seed) => ({
    images: wave(n * side * side * 3, seed),
    shape: isFlat ? [n, side * side * 3] : [n, side, side, 3],
    labels: Float32Array.from({ length: n * 3 }, (_, i) => Number(i % 3 === (Math.floor(i / 3) + seed) % 3)),
  }));
}

interface Subject {
  model: () => TfjsModel & { dispose(): unknown };
  optimizer: () => TfjsOptimizer;
  /** Images of a batch: few, since software compiles more kernels for larger products. */
  images: number;
  side: number;
  isFlat?: boolean;
}

const subjects: Record<string, Subject> = {
  mlp: {
    model: () =>
      createMlp({ nInputs: 48, nHidden: [16, 8], numClasses: 3, init: 'he', norm: 'layer', dropout: 0.2, seed: 3 }),
    optimizer: () => new Adam({ clipNorm: 1 }),
    images: 6,
    side: 4,
    isFlat: true,
  },
  convnet: {
    model: () => createPreActConvNet({ inputShape: [16, 16, 3], numClasses: 3, width: 2, seed: 3 }),
    optimizer: () => new SGD({ learningRate: 1, momentum: 0.9, nesterov: true }),
    images: 4,
    side: 16,
  },
  fastnet: {
    model: () => createFastNet({ inputShape: [25, 25, 3], numClasses: 3, widths: [2, 4, 4], seed: 3 }),
    optimizer: () => new Muon({ learningRate: 1 }),
    images: 4,
    side: 25,
  },
  'efficientnet-lite': {
    model: () => createEfficientNetLite({ variant: { width: 0.1, depth: 0.3 }, numClasses: 3, seed: 3 }),
    optimizer: () => new AdamW(),
    images: 2,
    side: 16,
  },
  resnet: {
    model: () => createResNet({ variant: [1, 1, 1, 1], width: 4, numClasses: 3, seed: 3 }),
    optimizer: () => new AdamW(),
    images: 2,
    side: 32,
  },
};

/** The losses of some steps, and that of an evaluation after them. */
async function trained({ model: create, optimizer: make, images, side, isFlat }: Subject, steps: number) {
  const [model, optimizer] = [create(), make()];
  const learner = new TfjsLearner({ model, optimizer, labelSmoothing: 0.1 });
  const losses: number[] = [];
  for (const [i, batch] of batchesOf(steps, images, side, isFlat).entries()) {
    losses.push((await learner.trainStep(batch, { step: i + 1, learningRate: 1e-3 })).loss);
  }
  const evaluated = await learner.evalStep(batchesOf(1, images, side, isFlat)[0]!);
  model.dispose();
  return [...losses, evaluated.loss];
}

describe.each(Object.entries(subjects))('%s', (_, subject) => {
  it('has the losses on webgpu that it has on ort', { timeout: 300_000 }, async (context) => {
    await start('webgpu', context);
    // The first update shows in the second loss, the second one, with the optimizer's state, in the evaluation.
    const losses = await trained(subject, 2);
    await start('ort', context);
    const expected = await trained(subject, 2);
    losses.forEach((loss, i) => void expect(loss / expected[i]!).toBeCloseTo(1, 2));
    expect(warnings).toEqual([]);
  });
});

describe('a learner on webgpu', () => {
  const batches = imageBatches(4);
  const [first] = batches as [TfjsBatch];
  const part = (from: number, to: number): TfjsBatch => ({
    images: first.images.subarray(from * 32, to * 32),
    shape: [to - from, 4, 4, 2],
    labels: first.labels.subarray(from * 3, to * 3),
  });
  const nonFinite = { ...first, images: first.images.map((value, i) => (i === 7 ? Number.NaN : value)) };
  const create = (seed: number) =>
    new TfjsLearner({ model: smallConvNet(seed), optimizer: new Adam({ weightDecay: 0.01 }) });
  const checks = learnerChecks<TfjsBatch>({
    ...{ create, batches, partsOfFirst: [part(0, 4), part(4, 6)], nonFinite, learningRate: 0.01 },
  });
  // That it learns takes eighty steps, and the losses above tell it as well.
  for (const { name, run } of checks.filter(({ name }) => name !== 'learns')) {
    it(name, { timeout: 120_000 }, async (context) => {
      await start('webgpu', context);
      await run();
    });
  }

  it('takes back a step whose loss is not finite, and the one queued after it', async (context) => {
    await start('webgpu', context);
    const learner = create(1);
    await learner.trainStep(first, { step: 1, learningRate: 0.01 });
    const before = await learner.saveState();
    const bad = learner.trainStep(nonFinite, { step: 2, learningRate: 0.01 });
    const next = learner.trainStep(batches[1]!, { step: 3, learningRate: 0.01 });
    expect((await bad).loss).toBeNaN();
    await next;
    expect(await learner.saveState()).toEqual(before);
  });

  it('leaves neither tensors nor memory behind in 16 steps', { timeout: 120_000 }, async (context) => {
    await start('webgpu', context);
    const learner = create(1);
    const memory = () => {
      const { numBytesInGPU, numBytesAllocatedInGPU } = (
        tf.backend() as unknown as { memory(): Record<'numBytesInGPU' | 'numBytesAllocatedInGPU', number> }
      ).memory();
      return { tensors: tf.memory().numTensors, used: numBytesInGPU, allocated: numBytesAllocatedInGPU };
    };
    const rounds: ReturnType<typeof memory>[] = [];
    for (let round = 0; round < 4; round++) {
      const steps = Array.from({ length: 4 }, (_, i) => round * 4 + i + 1);
      await Promise.all(steps.map((step) => learner.trainStep(batches[step % 4]!, { step, learningRate: 0.01 })));
      rounds.push(memory());
    }
    // Buffers are kept for later tensors: as many as a round needs, however many rounds there are.
    expect(rounds.slice(2)).toEqual(rounds.slice(2).map(() => rounds[1]));
  });
});
