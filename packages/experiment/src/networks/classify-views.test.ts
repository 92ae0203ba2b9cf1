import { type DataSet, mirrorNhwc, shiftNhwc } from '@cifarlab/cifar10';
import type { Classified } from '@cifarlab/trainer/tfjs';
import { expect, it } from 'vitest';
import { type ClassedTfjsBatch, imageBatches } from './batches.js';
import { classifyViews } from './classify-views.js';
import type { ClassifiedBatch } from './network.js';

const [SIDE, COUNT] = [4, 7];
const SIZE = 3 * SIDE ** 2;
const shape = (count: number) => [count, SIDE, SIDE, 3] as const;

/** Images of numbers that are all different. */
const pixels = Float32Array.from({ length: COUNT * SIZE }, (_, i) => Math.sin(i * i));

const split = {
  numExamples: COUNT,
  *batchesNhwc(size: number) {
    for (let first = 0; first < COUNT; first += size) {
      const count = Math.min(size, COUNT - first);
      const classes = Uint8Array.from({ length: count }, (_, i) => (first + i) % 2);
      const labels = Float32Array.from({ length: 2 * count }, (_, i) => (classes[i >> 1] === i % 2 ? 1 : 0));
      yield { images: pixels.subarray(first * SIZE, (first + count) * SIZE), shape: shape(count), labels, classes };
    }
  },
} as unknown as DataSet;

/** The logit of class 1 is a sum over the image's pixels with weights, that of class 0 is 0. */
const logit = (image: Float32Array) => image.reduce((sum, value, i) => sum + value * Math.cos(i), 0);

const learner = {
  classify({ images, shape: [n], labels }: ClassedTfjsBatch, { views = [] }: { views?: readonly Float32Array[] } = {}) {
    const count = n!;
    const all = [images, ...views];
    const result: Classified = {
      ...{ count, loss: 0, correct: 0 },
      predicted: new Int32Array(count),
      probabilities: new Float32Array(2 * count),
    };
    for (let i = 0; i < count; i++) {
      const sum = all.reduce((total, view) => total + logit(view.subarray(i * SIZE, (i + 1) * SIZE)), 0);
      const one = 1 / (1 + Math.exp(-sum / all.length));
      result.probabilities.set([1 - one, one], 2 * i);
      result.predicted[i] = one > 0.5 ? 1 : 0;
      const isOne = labels[2 * i + 1] === 1;
      result.loss -= Math.log(isOne ? one : 1 - one);
      result.correct += one > 0.5 === isOne ? 1 : 0;
    }
    return result;
  },
};

const batches = imageBatches(3);
const all = async (views: Parameters<typeof classifyViews>[3]) => {
  const results: ClassifiedBatch[] = [];
  for await (const result of classifyViews(learner, batches, split, views)) results.push(result);
  return {
    probabilities: results.flatMap(({ probabilities }) => [...probabilities]),
    predicted: results.flatMap(({ predicted }) => Array.from(predicted)),
    classes: results.flatMap(({ classes }) => Array.from(classes)),
    loss: results.reduce((sum, { loss }) => sum + loss, 0),
    correct: results.reduce((sum, { correct }) => sum + correct, 0),
  };
};

/** Computes the result by the definition, image by image. */
function expected(views: (image: Float32Array) => Float32Array[]): number[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const seen = views(pixels.slice(i * SIZE, (i + 1) * SIZE));
    const mean = seen.reduce((sum, view) => sum + logit(view), 0) / seen.length;
    return 1 / (1 + Math.exp(-mean));
  });
}

const mirror = (image: Float32Array) => mirrorNhwc(image, shape(1));
const shifts = (image: Float32Array) => [-1, 1].map((by) => shiftNhwc(image, shape(1), by, by));
const ofOne = (probabilities: number[]) => probabilities.filter((_, i) => i % 2 === 1);

it.each([
  [{ mirror: false }, (image: Float32Array) => [image]],
  [{ mirror: true }, (image: Float32Array) => [image, mirror(image)]],
  [{ mirror: false, shift: true }, (image: Float32Array) => [image, ...shifts(image)]],
  [
    { mirror: true, shift: true },
    (image: Float32Array) => [image, ...shifts(image)].flatMap((view) => [view, mirror(view)]),
  ],
])('averages the logits over the views %j', async (views, definition) => {
  const found = ofOne((await all(views)).probabilities);
  expected(definition).forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 5);
  });
});

it.each([1, 2, 4, 7])('has views of the %i least sure images alone, and sums that fit them', async (chosen) => {
  const views = { mirror: true, shift: true };
  const [plain, full] = [await all({ mirror: false }), await all(views)];
  const part = await all({ ...views, leastSure: chosen / COUNT });
  const sureness = ofOne(plain.probabilities).map((one) => Math.max(one, 1 - one));
  const threshold = [...sureness].sort((a, b) => a - b)[chosen - 1]!;
  ofOne(part.probabilities).forEach((one, i) => {
    expect(one).toBeCloseTo(ofOne((sureness[i]! <= threshold ? full : plain).probabilities)[i]!, 6);
  });
  expect(part.classes).toEqual(plain.classes);
  expect(part.correct).toBe(part.predicted.filter((value, i) => value === part.classes[i]).length);
  const loss = ofOne(part.probabilities).reduce(
    (sum, one, i) => sum - Math.log(part.classes[i] === 1 ? one : 1 - one),
    0,
  );
  expect(part.loss).toBeCloseTo(loss, 4);
});
