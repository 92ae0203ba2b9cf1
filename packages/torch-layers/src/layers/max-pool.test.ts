import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../test/support/tensors.js';
import { MaxPool3x3, padAndPool } from './max-pool.js';

failOnLeaks();

describe('MaxPool3x3', () => {
  const size = fc.integer({ min: 1, max: 9 });

  it('takes the largest of each window of an image with a rim of one', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (height, width, seed) => {
        const x = tf.tidy(() => tf.sub(randomTensor([1, height, width, 1], seed), 2)) as tf.Tensor4D;
        const pixels = x.arraySync()[0]!.map((row) => row.map(([value]) => value!));
        const halves = (n: number) => Array.from({ length: Math.ceil(n / 2) }, (_, i) => 2 * i);
        const expected = halves(height).map((i) =>
          halves(width).map((j) =>
            Math.max(...pixels.slice(Math.max(0, i - 1), i + 2).flatMap((row) => row.slice(Math.max(0, j - 1), j + 2))),
          ),
        );
        const layer = new MaxPool3x3();
        const y = layer.apply(x) as tf.Tensor4D;
        expect(y.arraySync()[0]!.map((row) => row.map(([value]) => value))).toEqual(expected);
        expect(layer.computeOutputShape([null, height, width, 1])).toEqual([null, ...y.shape.slice(1)]);
        tf.dispose([x, y]);
      }),
      { numRuns: 50 },
    );
  });

  it('has the same values and gradients by way of a padded input', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (height, width, seed) => {
        const x = tf.tidy(() => tf.sub(randomTensor([2, height, width, 3], seed), 2)) as tf.Tensor4D;
        const direct = tf.valueAndGrad((input: tf.Tensor4D) => tf.sum(tf.square(tf.maxPool(input, 3, 2, 1, 'floor'))));
        const padded = tf.valueAndGrad((input: tf.Tensor4D) => tf.sum(tf.square(padAndPool(input))));
        const [a, b] = [direct(x), padded(x)];
        expect([...b.value.dataSync(), ...b.grad.dataSync()]).toEqual([...a.value.dataSync(), ...a.grad.dataSync()]);
        tf.dispose([x, a, b]);
      }),
      { numRuns: 50 },
    );
  });

  it('knows its output where the size of the image is not known', () => {
    expect(new MaxPool3x3().computeOutputShape([null, null, 7, 2])).toEqual([null, null, 4, 2]);
  });
});
