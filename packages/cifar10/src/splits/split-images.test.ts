import { describe, expect, it } from 'vitest';
import type { SplitOptions } from '../options.js';
import { type LabelledImages, splitImages } from './split-images.js';

const side = 40;
const size = 3 * side * side;
/** Returns the value of image i at channel c, row y and column x. */
const valueAt = (i: number, c: number, y: number, x: number) => (i * 31 + c * 7 + y * 3 + x) % 256;
const count = 12;
const images: LabelledImages = {
  records: Uint8Array.from({ length: count * (1 + size) }, (_, k) => {
    const [i, j] = [Math.floor(k / (1 + size)), (k % (1 + size)) - 1];
    return j < 0 ? i % 3 : valueAt(i, Math.floor(j / side ** 2), Math.floor(j / side) % side, j % side);
  }),
  side,
  trainCount: 9,
  classNames: ['a', 'b', 'c'],
  meanImage: new Float32Array(size),
};
const places = Array.from({ length: 500 }, (_, k) => [k % 3, (k * 7) % side, (k * 11) % side] as const);

describe('images of another side than 32', () => {
  it('come in batches of both layouts, and as bytes', () => {
    const { train, validation, test } = splitImages(images, { validationSize: 2 });
    expect([train.numExamples, validation.numExamples, test.numExamples]).toEqual([7, 2, 3]);
    expect(train.side).toBe(side);
    expect(test.classCounts()).toEqual([1, 1, 1]);
    const [nhwc] = [...test.batchesNhwc(3)];
    const [nchw] = [...test.batches(3)];
    expect(nhwc!.shape).toEqual([3, side, side, 3]);
    expect(nchw!.images.shape).toEqual([3, 3, side, side]);
    for (const [c, y, x] of places) {
      expect(nhwc!.images[((1 * side + y) * side + x) * 3 + c]).toBe(valueAt(10, c, y, x));
      expect(nchw!.images.get(1, c, y, x)).toBe(valueAt(10, c, y, x));
      expect(test.pixels(1)[(c * side + y) * side + x]).toBe(valueAt(10, c, y, x));
    }
  });

  it('are mirrored over their whole width', () => {
    const options: SplitOptions = { batchOrder: 'epoch', seed: 3, augment: { flip: true } };
    const { images: pixels } = splitImages(images, options).train.nextBatchNhwc(9);
    const { indices, flipped } = splitImages(images, options).train.nextExamples(9);
    expect(new Set(flipped).size).toBe(2);
    for (const [i, index] of indices.entries()) {
      for (const [c, y, x] of places) {
        const column = flipped[i] ? side - 1 - x : x;
        expect(pixels[((i * side + y) * side + x) * 3 + c]).toBe(valueAt(index, c, y, column));
      }
    }
  });

  it('are moved by up to their side, their reflection following', () => {
    const { train } = splitImages(images, { batchOrder: 'epoch', augment: { crop: 39 } });
    const { indices } = splitImages(images, { batchOrder: 'epoch' }).train.nextExamples(1);
    const { images: pixels } = train.nextBatchNhwc(1);
    const reflect = (i: number) => (i < 0 ? -i : i < side ? i : 2 * (side - 1) - i);
    const shifts = Array.from({ length: 79 }, (_, i) => i - 39);
    const fits = (dy: number, dx: number) =>
      places.every(
        ([c, y, x]) => pixels[(y * side + x) * 3 + c] === valueAt(indices[0]!, c, reflect(y + dy), reflect(x + dx)),
      );
    const found = shifts.flatMap((dy) => shifts.filter((dx) => fits(dy, dx)).map((dx) => [dy, dx]));
    expect(found).toHaveLength(1);
  });
});

it('tells which examples a batch has, in the order of its pixels, and goes on from a saved state', () => {
  const options: SplitOptions = { batchOrder: 'epoch', seed: 7, augment: { flip: true } };
  const [pictures, examples] = [splitImages(images, options).train, splitImages(images, options).train];
  for (let step = 1; step <= 4; step++) {
    const [batch, { labels, classes, indices }] = [pictures.nextBatchNhwc(4), examples.nextExamples(4)];
    expect(labels).toEqual(batch.labels);
    expect(classes).toEqual(batch.classes);
    expect([...classes]).toEqual([...indices].map((index) => index % 3));
    expect(examples.getState()).toEqual(pictures.getState());
  }
  expect(() => examples.nextExamples(10)).toThrow('Batch size 10');
  const pass = [...examples.examples(4)];
  expect(pass.map(({ indices }) => [...indices])).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8]]);
  expect(pass.flatMap(({ classes }) => [...classes])).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
});

it('standardises by statistics of another data set, exactly', () => {
  // (x - 127) / 128, which float32 has without rounding.
  const standardize = { means: [127 / 255, 127 / 255, 127 / 255], deviations: [128 / 255, 128 / 255, 128 / 255] };
  const { test, preprocessing } = splitImages(images, { standardize });
  expect(preprocessing).toEqual({ kind: 'standardize', ...standardize });
  const [batch] = [...test.batchesNhwc(3)];
  for (const [c, y, x] of places) {
    expect(batch!.images[(y * side + x) * 3 + c]).toBe((valueAt(9, c, y, x) - 127) / 128);
  }
});

it.each<[SplitOptions, string]>([
  [{ standardize: { means: [0, 0], deviations: [1, 1, 1] } }, 'expected three means and three deviations above 0'],
  [{ standardize: { means: [0, 0, 0], deviations: [1, 0, 1] } }, 'expected three means and three deviations above 0'],
  [{ validationSize: 10 }, 'between 0 and 9. Received: 10'],
  [{ augment: { crop: 40 } }, 'Augmentation crop 40: expected a whole number from 0 to 39'],
])('refuses %j', (options, message) => {
  expect(() => splitImages(images, options)).toThrow(message);
});
