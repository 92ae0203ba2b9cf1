import { type Cifar10, loadCifar10 } from '@cifarlab/cifar10';
import { beforeAll, describe, expect, it } from 'vitest';
import { miniDataset } from '../../test/support/workspace.js';
import { flatBatches, imageBatches, ndarrayBatches } from './batches.js';

const load = () => loadCifar10({ dataDir: miniDataset, allowUnverified: true, seed: 1 });
let data: Cifar10;
beforeAll(async () => {
  data = await load();
});

/** Places of a value by image, channel, row and column. */
const layouts = {
  flat: (i: number, c: number, y: number, x: number) => i * 3072 + c * 1024 + y * 32 + x,
  image: (i: number, c: number, y: number, x: number) => ((i * 32 + y) * 32 + x) * 3 + c,
};
const places = Array.from({ length: 3000 }, (_, k) => [(k * 7) % 40, k % 3, (k * 5) % 32, (k * 11) % 32] as const);

describe.each([
  { name: 'flat', batches: flatBatches(1000), at: layouts.flat, shape: [3072] },
  { name: 'image', batches: imageBatches(1000), at: layouts.image, shape: [32, 32, 3] },
])('$name batches', ({ batches, at, shape }) => {
  it('hold the images, labels and classes that networks on ndarrays get', async () => {
    const [ours, theirs] = [(await load()).train, (await load()).train];
    for (const [size, got, wanted] of [
      [40, batches.next(ours, 40), ndarrayBatches(1000).next(theirs, 40)],
      [40, [...batches.every(data.test)][0]!, [...ndarrayBatches(1000).every(data.test)][0]!],
    ] as const) {
      expect(got.shape).toEqual([size, ...shape]);
      expect(got.labels).toEqual(wanted.labels.data);
      expect(got.classes).toEqual(wanted.classes);
      for (const [i, c, y, x] of places) expect(got.images[at(i, c, y, x)]).toBe(wanted.images.get(i, c, y, x));
    }
  });

  it('give every image once', () => {
    const classes = [...batches.every(data.train)].flatMap((batch) => [...batch.classes]);
    expect(classes).toEqual([...ndarrayBatches(1000).every(data.train)].flatMap((batch) => [...batch.classes]));
    expect(classes).toHaveLength(200);
  });

  it('are mirrored left to right', () => {
    const [batch] = [...batches.every(data.test)];
    const mirrored = batches.mirrored(batch!);
    expect(mirrored).not.toEqual(batch!.images);
    for (const [i, c, y, x] of places) expect(mirrored[at(i, c, y, x)]).toBe(batch!.images[at(i, c, y, 31 - x)]);
  });

  it('take a single image, [3, 32, 32], as they take it among others', () => {
    const [batch] = [...batches.every(data.test)];
    const [flat] = [...flatBatches(1000).every(data.test)];
    const single = batches.single(flat!.images.slice(2 * 3072, 3 * 3072));
    expect(single.shape).toEqual([1, ...shape]);
    expect(single.images).toEqual(batch!.images.slice(2 * 3072, 3 * 3072));
  });
});
