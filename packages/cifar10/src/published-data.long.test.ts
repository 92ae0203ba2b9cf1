import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomState } from '@cifarlab/numpy-random';
import { expect, test } from 'vitest';
import { RECORDS_FILE } from './formats/records-file.js';
import { loadCifar10 } from './load-cifar10.js';
import { PUBLISHED_DIGESTS } from './records.js';
import { cifar10CacheDir } from './sources/cache/cache-folder.js';

const sha256 = (array: Float32Array | Uint8Array) =>
  createHash('sha256')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex');

interface Golden {
  mean_image: string;
  mean_image_first: number[];
  runs: {
    validation_size: number;
    batch_size: number;
    weights: number[];
    batches: { classes: string; images: string; epochs: number }[];
    then_normal: number;
  }[];
}

test("the real images: digests, and the practical's mean image and batches", { timeout: 600_000 }, async (context) => {
  const cached = existsSync(join(cifar10CacheDir(), RECORDS_FILE));
  if (!cached && process.env.CIFARLAB_REAL_DATA !== 'fetch') {
    context.skip('CIFAR-10 is not in the cache; CIFARLAB_REAL_DATA=fetch downloads it');
  }
  /** Golden values, made by course-batches.py with the practical's own code; the last three batches of each run. */
  const golden: Golden = JSON.parse(
    readFileSync(new URL('../test/fixtures/course-batches-full.json', import.meta.url), 'utf8'),
  );
  for (const [run, steps] of golden.runs.map((run, i) => [run, [252, 3][i]!] as const)) {
    const rng = new RandomState(42);
    expect([...rng.normals(run.weights.length, 0, 1e-4)]).toEqual(run.weights);
    const { train, test: held, meanImage, source } = await loadCifar10({ rng, validationSize: run.validation_size });
    expect(Object.fromEntries(source.batches.map(({ name, sha256 }) => [name, sha256]))).toEqual(PUBLISHED_DIGESTS);
    expect(held.classCounts()).toEqual(Array(10).fill(1000));
    expect(sha256(meanImage)).toBe(golden.mean_image);
    expect([...meanImage.subarray(0, 4)]).toEqual(golden.mean_image_first);
    const batches = Array.from({ length: steps }, (_, step) => {
      const { images, classes } = train.nextBatch(run.batch_size);
      const kept = step === 0 || step >= steps - 3;
      return kept
        ? { classes: sha256(classes), images: sha256(images.data), epochs: train.epochsCompleted }
        : undefined;
    });
    expect([batches[0], ...batches.slice(-3)]).toEqual(run.batches);
    expect(rng.normal()).toBe(run.then_normal);
  }
});
