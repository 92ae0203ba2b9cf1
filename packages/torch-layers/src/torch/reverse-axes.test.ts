import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../test/support/tensors.js';
import { reverseAxes } from './reverse-axes.js';

failOnLeaks();

it('is what tf.transpose gives for kernels and matrices', () => {
  const size = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(size, size, size, size, (height, width, inChannels, outChannels) => {
      tf.tidy(() => {
        const kernel = randomTensor([height, width, inChannels, outChannels], 1);
        expect(reverseAxes(kernel.dataSync(), [height * width, inChannels, outChannels])).toEqual(
          tf.transpose(kernel, [3, 2, 0, 1]).dataSync(),
        );
        const matrix = randomTensor([inChannels, outChannels], 2);
        expect(reverseAxes(matrix.dataSync(), [1, inChannels, outChannels])).toEqual(tf.transpose(matrix).dataSync());
      });
    }),
    { numRuns: 30 },
  );
});
