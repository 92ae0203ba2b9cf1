import { describe, expect, test } from 'vitest';
import { IMAGE_SIZE, PLANE_SIZE } from '../records.js';
import {
  CHANNEL_DEVIATIONS,
  CHANNEL_MEANS,
  imageWriters,
  type Preprocessing,
  preprocessImage,
} from './preprocessing.js';

const image = Uint8Array.from({ length: IMAGE_SIZE }, (_, j) => (j * 7 + (j >> 8)) & 0xff);
const meanImage = Float32Array.from({ length: IMAGE_SIZE }, (_, j) => 100 + j / 33);
const kinds: [string, Preprocessing, (pixel: number, j: number) => number][] = [
  ['mean-image', { kind: 'mean-image', meanImage }, (pixel, j) => Math.fround(pixel - meanImage[j]!)],
  [
    'standardize',
    { kind: 'standardize', means: CHANNEL_MEANS, deviations: CHANNEL_DEVIATIONS },
    (pixel, j) => {
      const c = Math.floor(j / PLANE_SIZE);
      return Math.fround((pixel / 255 - CHANNEL_MEANS[c]!) / CHANNEL_DEVIATIONS[c]!);
    },
  ],
];

describe.each(kinds)('%s', (_, preprocessing, formula) => {
  test('every pixel follows the formula', () => {
    expect(preprocessImage(image, preprocessing)).toEqual(Float32Array.from(image, formula));
  });

  test('NHWC holds the same values, channels last', () => {
    const chw = preprocessImage(image, preprocessing);
    const hwc = new Float32Array(IMAGE_SIZE + 5);
    imageWriters(preprocessing, 32).hwc(image, 0, hwc, 5);
    for (let p = 0; p < PLANE_SIZE; p++) {
      for (let c = 0; c < 3; c++) {
        if (hwc[5 + p * 3 + c] !== chw[c * PLANE_SIZE + p]) expect.fail(`pixel ${p}, channel ${c}`);
      }
    }
  });

  test('an image of another size', () => {
    expect(() => preprocessImage(image.subarray(1), preprocessing)).toThrow(/An image of 3071 bytes: expected 3072/);
  });
});
