import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type DataSet, mirrorNhwc } from '@cifarlab/cifar10';
import type { Progress } from '../progress.js';
import type { FeatureCache } from './feature-cache.js';

/** Computes the features of images: [n, side, side, 3] to [n, width], row-major. */
export interface FeatureNetwork {
  /** Number of features of an image. */
  readonly width: number;
  /** Images that it takes at a time. */
  readonly batchSize: number;
  /** Identity of its weights, of the images' preparation and of the engine: different where the features are. */
  readonly identity: string;
  features(images: Float32Array, shape: readonly number[]): Promise<Float32Array>;
}

/** Context in which features are computed. */
export interface FeatureWork {
  network: FeatureNetwork;
  cache: FeatureCache;
  signal: AbortSignal;
  tell: (progress: Progress) => void;
}

/** Images in a file of the cache. */
const CHUNK = 256;

/**
 * Computes the features of every image of a split, in file order, or takes them from the cache.
 *
 * @param mirror whether they are those of the mirror images.
 * @param name of the images, for people.
 * @returns [images, width], row-major.
 * @throws what `signal` was aborted with; what is computed by then is kept.
 */
export async function imageFeatures(
  split: DataSet,
  { mirror, name }: { mirror: boolean; name: string },
  { network, cache, signal, tell }: FeatureWork,
): Promise<Float32Array> {
  const { width, batchSize, identity } = network;
  const all = new Float32Array(split.numExamples * width);
  let first = 0;
  for (const { images, shape } of split.batchesNhwc(CHUNK)) {
    const [count, ...sizes] = shape;
    const key = keyOf(split, { first, count, text: `${identity} ${mirror}` });
    let features = await cache.read(key, count * width);
    if (features === undefined) {
      const seen = mirror ? mirrorNhwc(images, shape) : images;
      const size = seen.length / count;
      features = new Float32Array(count * width);
      for (let at = 0; at < count; at += batchSize) {
        const n = Math.min(batchSize, count - at);
        features.set(await network.features(seen.subarray(at * size, (at + n) * size), [n, ...sizes]), at * width);
        // Ctrl-C is heard between two batches.
        await setImmediate();
        signal.throwIfAborted();
        tell({ phase: 'compute', message: `features of ${name} :`, done: first + at + n, total: split.numExamples });
      }
      await cache.write(key, features);
    }
    all.set(features, first * width);
    first += count;
  }
  return all;
}

function keyOf(split: DataSet, { first, count, text }: { first: number; count: number; text: string }): string {
  const hash: Hash = createHash('sha256').update(`features of ${count} images of side ${split.side}, ${text}\n`);
  for (let i = first; i < first + count; i++) hash.update(split.pixels(i));
  return hash.digest('hex');
}
