import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layersModelToOnnx } from '../src/index.js';
import { largestDifference } from './support/largest-difference.js';
import { disturbWeights, networkCases, ownLogits, preprocessingOf, randomImages } from './support/networks.js';
import { runInNode, runInWeb } from './support/runtimes.js';

const SIDE = 32;
const classNames = Array.from({ length: 10 }, (_, i) => `class ${i}`);

let before: number;
beforeEach(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors, 'tensors left behind').toBe(before));

describe.each(networkCases)('$name', ({ create, images: { standardize, resolution } }) => {
  it('has the logits here in onnxruntime-node and onnxruntime-web', async () => {
    const images = { side: SIDE, resolution, preprocessing: preprocessingOf(standardize, SIDE) };
    const model = create();
    disturbWeights(model);
    const bytes = randomImages(3, SIDE, 5);
    const expected = ownLogits(model, bytes, images);
    const onnx = await layersModelToOnnx(model, { images, classNames });
    model.dispose();
    // Images that all look alike to the network would say little.
    const largest = expected.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    expect(Math.abs(expected[0]! - expected[10]!)).toBeGreaterThan(1e-3 * largest);
    for (const run of [runInNode, runInWeb]) {
      const { logits, probabilities } = await run(onnx, bytes, [3, SIDE, SIDE, 3]);
      expect(largestDifference(logits, expected)).toBeLessThan(1e-4);
      const powers = Array.from(logits.subarray(0, 10), (logit) => Math.exp(logit - logits[0]!));
      const sum = powers.reduce((a, b) => a + b);
      expect(probabilities[0]).toBeCloseTo(powers[0]! / sum, 5);
      // Any number of images.
      const one = await run(onnx, bytes.subarray(0, 3072), [1, SIDE, SIDE, 3]);
      expect(largestDifference(one.logits, expected.subarray(0, 10))).toBeLessThan(1e-4);
    }
  });
});
