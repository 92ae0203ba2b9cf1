import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RandomState } from '@cifarlab/numpy-random';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINI, MINI_FOLDER, miniOrigins } from '../../test/support/mini.js';
import { loadFrom } from '../load-cifar10.js';
import type { Cifar10Options } from '../options.js';
import { IMAGE_SIZE, RECORD_SIZE } from '../records.js';
import type { DataSet } from './data-set.js';

const load = (options: Cifar10Options = {}) => loadFrom({ dataDir: MINI_FOLDER, ...options }, miniOrigins());
const sha256 = (array: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex');
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

interface Golden {
  mean_image: string;
  mean_image_first: number[];
  runs: {
    validation_size: number;
    batch_size: number;
    weights: number[];
    batches: { classes: number[]; images: string; epochs: number }[];
    images_now: string;
    validation: string;
    test: string;
    then_normal: number;
  }[];
  epoch_permutations: number[][];
}
/** Golden values, made by course-batches.py beside it with the practical's own code. */
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/course-batches.json', import.meta.url), 'utf8'),
);

describe("the practical's own batches, bit for bit", () => {
  test('mean image', () => {
    expect(sha256(MINI.meanImage)).toBe(golden.mean_image);
    expect([...MINI.meanImage.subarray(0, 4)]).toEqual(golden.mean_image_first);
  });

  test.each(golden.runs)('validation size $validation_size, batches of $batch_size', async (run) => {
    const rng = new RandomState(42);
    expect([...rng.normals(run.weights.length, 0, 1e-4)]).toEqual(run.weights);
    const data = await load({ rng, validationSize: run.validation_size });
    for (const expected of run.batches) {
      const { images, labels, classes } = data.train.nextBatch(run.batch_size);
      if (run.batch_size <= 60) expect([...classes]).toEqual(expected.classes);
      expect(images.shape).toEqual([run.batch_size, 3, 32, 32]);
      expect(sha256(images.data)).toBe(expected.images);
      expect(labels.shape).toEqual([run.batch_size, 10]);
      expect(labels.data).toEqual(oneHot(classes));
      expect(data.train.epochsCompleted).toBe(expected.epochs);
    }
    expect(sha256(data.train.images.data)).toBe(run.images_now);
    expect(sha256(data.validation.images.data)).toBe(run.validation);
    expect(sha256(data.test.images.data)).toBe(run.test);
    expect(rng.normal()).toBe(run.then_normal);
  });

  test('the permutations of the epoch order', async () => {
    const { train } = await load({ batchOrder: 'epoch', seed: 42 });
    for (const permutation of golden.epoch_permutations) {
      expect([...train.nextBatch(200).classes]).toEqual(permutation.map((i) => MINI.records[i * RECORD_SIZE]));
    }
  });
});

function oneHot(classes: Uint8Array): Float32Array {
  const labels = new Float32Array(classes.length * 10);
  classes.forEach((c, i) => {
    labels[i * 10 + c] = 1;
  });
  return labels;
}

/** Which example each image of a batch is, by its pixels: the mini set has no two equal images. */
const places = new Map(
  range(200).map((i) => [
    Buffer.from(MINI.records.subarray(i * RECORD_SIZE + 1, (i + 1) * RECORD_SIZE)).toString('latin1'),
    i,
  ]),
);
function placesOf(images: Float32Array): number[] {
  return range(images.length / IMAGE_SIZE).map((i) => {
    const pixels = Buffer.alloc(IMAGE_SIZE);
    for (let j = 0; j < IMAGE_SIZE; j++) pixels[j] = Math.round(images[i * IMAGE_SIZE + j]! + MINI.meanImage[j]!);
    return places.get(pixels.toString('latin1')) ?? expect.fail('an image that is not in the set');
  });
}

describe('orders', () => {
  test.each(['course', 'epoch'] as const)('%s: no example comes twice in an epoch', async (batchOrder) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), async (n, seed) => {
        const { train } = await load({ batchOrder, seed });
        const perEpoch = batchOrder === 'course' ? Math.floor(200 / n) : Math.ceil(200 / n);
        for (let epoch = 0; epoch < 2; epoch++) {
          const seen = range(perEpoch).flatMap(() => placesOf(train.nextBatch(n).images.data));
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).toHaveLength(batchOrder === 'course' ? perEpoch * n : 200);
        }
        expect(train.epochsCompleted).toBe(batchOrder === 'course' ? 1 : 2);
      }),
      { numRuns: 10 },
    );
  });

  test('epoch: the tail is a smaller batch, and the epoch is complete with it', async () => {
    const { train } = await load({ batchOrder: 'epoch' });
    expect(range(4).map(() => train.nextBatch(60).images.shape[0])).toEqual([60, 60, 60, 20]);
    expect(train.epochsCompleted).toBe(1);
    expect(train.nextBatch(60).labels.shape).toEqual([60, 10]);
    expect(train.epochsCompleted).toBe(1);
  });

  test('epoch: the splits and the seeds have orders of their own', async () => {
    const classesOf = async (seed: number, split: 'train' | 'validation') =>
      (await load({ batchOrder: 'epoch', seed, validationSize: 100 }))[split].getState().values;
    expect((await classesOf(1, 'train')).stream).not.toBe((await classesOf(1, 'validation')).stream);
    const order = async (seed: number) =>
      placesOf((await load({ batchOrder: 'epoch', seed })).train.nextBatch(200).images.data);
    expect(await order(1)).not.toEqual(await order(2));
    expect(await order(1)).toEqual(await order(1));
  });

  test('course: the three splits share one generator', async () => {
    const { train, test: held, rng } = await load();
    const before = rng.getState();
    train.nextBatch(200);
    held.nextBatch(40);
    expect(rng.getState()).toEqual(before);
    held.nextBatch(40);
    expect(rng.getState()).not.toEqual(before);
  });
});

describe('layouts', () => {
  test('NHWC batches are the NCHW ones, channels last', async () => {
    const [a, b] = [(await load()).train, (await load()).train];
    for (const n of [60, 60, 60, 60]) {
      const nchw = a.nextBatch(n);
      const nhwc = b.nextBatchNhwc(n);
      expect(nhwc.shape).toEqual([n, 32, 32, 3]);
      expect(nhwc.labels).toEqual(nchw.labels.data);
      expect(nhwc.classes).toEqual(nchw.classes);
      const transposed = nchw.images.transpose(0, 2, 3, 1);
      const indices = range(7).map((k) => [(k * 13) % n, (k * 5) % 32, (k * 11) % 32, k % 3] as const);
      for (const [i, y, x, c] of indices) {
        expect(nhwc.images[((i * 32 + y) * 32 + x) * 3 + c]).toBe(transposed.get(i, y, x, c));
      }
      expect(nhwc.images.reduce((s, v) => s + v, 0)).toBeCloseTo(
        nchw.images.data.reduce((s, v) => s + v, 0),
        0,
      );
    }
  });

  test('dense labels', async () => {
    const { train } = await load({ oneHot: false });
    const { labels, classes } = train.nextBatch(5);
    expect(labels.shape).toEqual([5]);
    expect([...labels.data]).toEqual([...classes]);
    expect(train.labels.shape).toEqual([200]);
  });

  test('one pass in file order, ragged tail included, whatever training has done', async () => {
    const { train, test: held } = await load();
    const whole = sha256((await load()).train.images.data);
    train.nextBatch(150);
    train.nextBatch(150);
    const before = train.getState();
    const batches = [...train.batches(90)];
    expect(batches.map(({ images }) => images.shape[0])).toEqual([90, 90, 20]);
    expect(sha256(new Float32Array(batches.flatMap(({ images }) => [...images.data])))).toBe(whole);
    expect([...train.batchesNhwc(90)].map(({ shape }) => shape[0])).toEqual([90, 90, 20]);
    expect(train.getState()).toEqual(before);
    expect([...held.batches(1000)].map(({ labels }) => labels.shape)).toEqual([[40, 10]]);
  });

  test('images and labels follow the current order', async () => {
    const { train } = await load();
    train.nextBatch(200);
    const batch = train.nextBatch(200);
    expect(sha256(train.images.data)).toBe(sha256(batch.images.data));
    expect(train.labels.data).toEqual(batch.labels.data);
    expect(train.classes).toEqual(batch.classes);
  });

  test('raw pixels and class counts', async () => {
    const { train, test: held } = await load();
    expect(train.pixels(199)).toEqual(MINI.records.subarray(199 * RECORD_SIZE + 1, 200 * RECORD_SIZE));
    expect(() => train.pixels(200)).toThrow(/Example 200: expected a whole number from 0 to 199/);
    expect(train.classCounts().reduce((a, b) => a + b)).toBe(200);
    expect(held.classCounts()).toEqual(range(10).map((c) => held.classes.filter((label) => label === c).length));
  });
});

describe('batch sizes that cannot be', () => {
  test.each([0, -1, 1.5, Number.NaN, 201])('%d', async (size) => {
    const { train } = await load();
    const before = train.getState();
    const message = `Batch size ${size}: expected a whole number from 1 to the 200 examples`;
    expect(() => train.nextBatch(size)).toThrow(message);
    expect(() => train.nextBatchNhwc(size)).toThrow(message);
    expect(train.getState()).toEqual(before);
  });

  test('in a pass', async () => {
    const { train } = await load();
    expect(() => train.batches(0)).toThrow(/Batch size 0: expected a positive whole number/);
    expect(() => train.batchesNhwc(2.5)).toThrow(/Batch size 2\.5/);
  });

  test('of an empty set', async () => {
    const { validation } = await load();
    expect(validation.numExamples).toBe(0);
    expect(() => validation.nextBatch(1)).toThrow(/Batch size 1: .* the 0 examples/);
    expect([...validation.batches(10)]).toEqual([]);
    expect(validation.images.shape).toEqual([0, 3, 32, 32]);
  });
});

describe('state', () => {
  const draw = (set: DataSet, n: number) => range(n).map(() => sha256(set.nextBatch(70).images.data));
  /** Returns a state as it comes back from a checkpoint: JSON values, an array of the same bytes. */
  const saved = (set: DataSet) => {
    const { arrays, values } = set.getState();
    return { arrays: structuredClone(arrays), values: JSON.parse(JSON.stringify(values)) as Record<string, unknown> };
  };

  test.each(['course', 'epoch'] as const)(
    '%s: the batches after it are the ones that would have come',
    async (batchOrder) => {
      for (const steps of [0, 1, 2, 3, 7]) {
        const { train } = await load({ batchOrder });
        draw(train, steps);
        const state = saved(train);
        const expected = [draw(train, 6), train.epochsCompleted];
        const fresh = (await load({ batchOrder, rng: new RandomState(7) })).train;
        draw(fresh, 4);
        fresh.setState(state);
        expect([draw(fresh, 6), fresh.epochsCompleted]).toEqual(expected);
        expect(fresh.getState()).toEqual(train.getState());
      }
    },
  );

  test('later batches do not change it', async () => {
    const { train } = await load();
    const state = train.getState();
    const before = structuredClone(state);
    draw(train, 5);
    expect(state).toEqual(before);
  });

  test('what does not fit is refused, and nothing is changed', async () => {
    const { train } = await load();
    draw(train, 4);
    const before = train.getState();
    const { arrays, values } = saved(train);
    const indices = (data: unknown) => ({ arrays: { indices: { data } }, values });
    const bad: [{ arrays: Record<string, { data: unknown }>; values: Record<string, unknown> }, RegExp][] = [
      [saved((await load({ batchOrder: 'epoch' })).train), /it is of 200 examples in the order "epoch"/],
      [saved((await load({ validationSize: 50 })).train), /it is of 150 examples/],
      [{ arrays, values: { ...values, position: 201 } }, /position 201 is not within the 200 examples/],
      [{ arrays, values: { ...values, position: -1 } }, /position -1/],
      [{ arrays, values: { ...values, epochsCompleted: 0.5 } }, /0\.5 epochs completed/],
      [{ arrays, values: { ...values, rng: { key: [] } } }, /The saved generator is not usable/],
      [{ arrays: {}, values }, /its indices are not an Int32Array/],
      [indices(new Int32Array(200)), /each of 0 to 199 once/],
      [indices(arrays.indices!.data.subarray(1)), /each of 0 to 199 once/],
      [indices([...arrays.indices!.data]), /not an Int32Array/],
      [indices(Int32Array.from(range(200), (i) => i - 1)), /each of 0 to 199 once/],
    ];
    for (const [state, message] of bad) {
      expect(() => train.setState(state)).toThrow(message);
      expect(() => train.setState(state)).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
      expect(train.getState()).toEqual(before);
    }
  });

  test('an epoch order of another seed', async () => {
    const state = saved((await load({ batchOrder: 'epoch', seed: 1 })).train);
    const { train } = await load({ batchOrder: 'epoch', seed: 2 });
    expect(() => train.setState(state)).toThrow(/drawn from seed 1, stream 100; this data set draws from seed 2/);
  });
});
