import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks } from '../../test/support/tensors.js';
import { normaliseImages } from './normalise-images.js';
import { preprocessImages } from './preprocess-images.js';
import { resizeImages } from './resize-images.js';

failOnLeaks();

describe('resizeImages', () => {
  // The rows are torch.nn.functional.interpolate(x, size, mode='bilinear', align_corners=False).
  it.each([
    [[0, 10, 20], 6, [0, 2.5, 7.5, 12.5, 17.5, 20]],
    [[0, 10, 20, 30], 2, [5, 25]],
    [[0, 10, 20], 3, [0, 10, 20]],
  ])('takes the centres of pixels for half coordinates: %o to %i', (row, size, expected) => {
    tf.tidy(() => {
      const images = tf.tile(tf.tensor4d(row, [1, 1, row.length, 1], 'int32'), [1, row.length, 1, 1]);
      const resized = resizeImages(images, size);
      expect([resized.dtype, resized.shape]).toEqual(['float32', [1, size, size, 1]]);
      const rows = tf.reshape(resized, [size, size]).arraySync() as number[][];
      for (const values of rows) {
        values.forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i]!, 5);
        });
      }
    });
  });

  it('refuses what is not images, and sizes below 1', () => {
    tf.tidy(() => {
      expect(() => resizeImages(tf.zeros([2, 2, 3]), 2)).toThrow(
        'resizeImages: images have shape [2, 2, 3], but [batch, height, width, channels] is needed.',
      );
      expect(() => resizeImages(tf.zeros([1, 2, 2, 3]), 0)).toThrow('resolution must be a whole number of 1 or more');
    });
  });
});

it('normaliseImages shifts and scales channel by channel', () => {
  tf.tidy(() => {
    const images = tf.tensor4d([127, 255, 0], [1, 1, 1, 3], 'int32');
    expect([...normaliseImages(images, { mean: 127, deviation: 128 }).dataSync()]).toEqual([0, 1, -127 / 128]);
    const statistics = { mean: [127, 250, 10], deviation: [1, 10, 2] };
    const values = normaliseImages(images, statistics).dataSync();
    [0, 0.5, -5].forEach((expected, c) => {
      expect(values[c]).toBeCloseTo(expected, 5);
    });
  });
});

it('preprocessImages does both, in floats from the start', () => {
  tf.tidy(() => {
    const images = tf.tensor4d([0, 0, 0, 255, 255, 255], [1, 1, 2, 3], 'int32');
    const small = preprocessImages(images, { mean: 127.5, deviation: 1 }, { resolution: 1 });
    expect([...small.dataSync()]).toEqual([0, 0, 0]);
    expect(preprocessImages(images, { mean: 0, deviation: 1 }).shape).toEqual([1, 1, 2, 3]);
    expect(() => preprocessImages(images, { mean: 0, deviation: 1 }, { size: 3 } as never)).toThrow(
      'preprocess: unknown option "size"; the options are resolution.',
    );
  });
});
