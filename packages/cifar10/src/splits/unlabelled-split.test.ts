import { expect, it } from 'vitest';
import { preprocessImage } from './preprocessing.js';
import { unlabelledSplit } from './unlabelled-split.js';

const side = 4;
const images = [0, 1, 2].map((k) => Uint8Array.from({ length: 48 }, (_, i) => (37 * i + k) % 256));
const preprocessing = { kind: 'mean-image', meanImage: new Float32Array(48).fill(3) } as const;

it('holds the images in their order, prepared', () => {
  const split = unlabelledSplit(images, { preprocessing, side, numClasses: 5 });
  expect(split.numExamples).toBe(3);
  const [batch] = [...split.batches(3)];
  expect(batch!.images.shape).toEqual([3, 3, side, side]);
  expect([...batch!.images.data]).toEqual(images.flatMap((image) => [...preprocessImage(image, preprocessing, side)]));
});

it('refuses an image of another size', () => {
  const call = () => unlabelledSplit([images[0]!, new Uint8Array(47)], { preprocessing, side, numClasses: 5 });
  expect(call).toThrow('An image of 47 bytes: expected 48, 3 x 4 x 4.');
});
