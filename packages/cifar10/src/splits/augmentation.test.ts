import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RandomState } from '@cifarlab/numpy-random';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINI_FOLDER, miniOrigins } from '../../test/support/mini.js';
import { loadFrom } from '../load-cifar10.js';
import type { Cifar10Options } from '../options.js';
import { IMAGE_SIZE } from '../records.js';
import { Augmentation, type AugmentOptions, type Variation } from './augmentation.js';
import type { DataSet } from './data-set.js';

const load = (options: Cifar10Options = {}) => loadFrom({ dataDir: MINI_FOLDER, ...options }, miniOrigins());
const sha256 = (x: Float32Array) => createHash('sha256').update(new Uint8Array(x.buffer)).digest('hex');
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const draw = (options: AugmentOptions | true, batches: number, size: number, seed = 1): Variation[] => {
  const augmentation = new Augmentation(options, seed, 110);
  return range(batches).flatMap(() => augmentation.next(size));
};

interface Golden {
  seed: number;
  batch_size: number;
  runs: { augment: AugmentOptions; batches: string[] }[];
}
/** Golden values, made by augmented-batches.py beside it with NumPy's own generator and `np.pad(mode='reflect')`. */
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/augmented-batches.json', import.meta.url), 'utf8'),
);

describe('batches as NumPy makes them, bit for bit', () => {
  test.each(golden.runs)('$augment', async ({ augment, batches }) => {
    const { train } = await load({ augment, seed: golden.seed });
    expect(batches.map(() => sha256(train.nextBatch(golden.batch_size).images.data))).toEqual(batches);
  });

  test('true is flips and crops of 4', async () => {
    const [a, b] = [await load({ augment: true }), await load({ augment: { flip: true, crop: 4 } })];
    expect(sha256(a.train.nextBatch(60).images.data)).toBe(sha256(b.train.nextBatch(60).images.data));
    expect(a.train.getState()).toEqual(b.train.getState());
  });

  test('the two layouts are the same pictures', async () => {
    const augment = { flip: true, crop: 4, cutout: 7 };
    for (const standardize of [false, true]) {
      const [a, b] = [await load({ augment, standardize }), await load({ augment, standardize })];
      const nchw = a.train.nextBatch(40).images;
      const nhwc = b.train.nextBatchNhwc(40).images;
      for (const k of range(5000)) {
        const [i, y, x, c] = [(k * 7) % 40, (k * 5) % 32, (k * 11) % 32, k % 3] as const;
        expect(nhwc[((i * 32 + y) * 32 + x) * 3 + c]).toBe(nchw.get(i, c, y, x));
      }
    }
  });
});

describe('what is varied', () => {
  test('the pictures of training batches alone', async () => {
    const options = { validationSize: 100, batchOrder: 'course' } as const;
    const [plain, varied] = [await load(options), await load({ ...options, augment: { flip: true, crop: 4 } })];
    const untouched = ({ train, validation, test: held }: typeof plain) =>
      [
        ...[validation, held].map((split) => split.nextBatch(40).images.data),
        train.images.data,
        ...[...train.batches(60)].map(({ images }) => images.data),
        ...[...train.batchesNhwc(60)].map(({ images }) => images),
      ].map(sha256);
    expect(untouched(varied)).toEqual(untouched(plain));
    expect(sha256(varied.train.nextBatch(40).images.data)).not.toBe(sha256(plain.train.nextBatch(40).images.data));
  });

  test('neither the order nor the shared generator', async () => {
    for (const batchOrder of ['course', 'epoch'] as const) {
      const [plain, varied] = [await load({ batchOrder }), await load({ batchOrder, augment: true })];
      for (const _ of range(12)) {
        const [a, b] = [plain.train.nextBatch(60), varied.train.nextBatch(60)];
        expect(b.classes).toEqual(a.classes);
        expect(b.labels.data).toEqual(a.labels.data);
        expect(sha256(b.images.data)).not.toBe(sha256(a.images.data));
      }
      expect(varied.rng.getState()).toEqual(plain.rng.getState());
    }
  });

  test('nothing when all parts are off', async () => {
    const [plain, varied] = [await load(), await load({ augment: { flip: false, crop: 0, cutout: 0 } })];
    expect(sha256(varied.train.nextBatch(60).images.data)).toBe(sha256(plain.train.nextBatch(60).images.data));
  });

  test('a square of zeros, clipped at the borders', async () => {
    const side = 8;
    const { train } = await load({ augment: { cutout: side } });
    const { data } = train.nextBatch(200).images;
    let clipped = 0;
    for (const i of range(200)) {
      const image = data.subarray(i * IMAGE_SIZE, (i + 1) * IMAGE_SIZE);
      const blank = range(1024).filter((p) => image[p] === 0 && image[p + 1024] === 0 && image[p + 2048] === 0);
      const ys = blank.map((p) => p >> 5);
      const xs = blank.map((p) => p & 31);
      const [height, width] = [Math.max(...ys) - Math.min(...ys) + 1, Math.max(...xs) - Math.min(...xs) + 1];
      expect(height * width).toBe(blank.length);
      expect(Math.max(height, width)).toBeLessThanOrEqual(side);
      if (height < side) expect(Math.min(...ys) === 0 || Math.max(...ys) === 31).toBe(true);
      if (width < side) expect(Math.min(...xs) === 0 || Math.max(...xs) === 31).toBe(true);
      if (height * width < side * side) clipped += 1;
    }
    expect(clipped).toBeGreaterThan(40);
    expect(clipped).toBeLessThan(130);
  });
});

describe('the draws', () => {
  /** Pearson's statistic of counts against equal ones. */
  const chiSquare = (counts: number[]) => {
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    return counts.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0);
  };
  const count = (values: number[], from: number, to: number) =>
    range(to - from + 1).map((k) => values.filter((v) => v === from + k).length);

  test('are in their range and uniform, and independent of each other', () => {
    const draws = draw({ flip: true, crop: 4, cutout: 8 }, 200, 100);
    expect(draws.filter(({ flip }) => flip).length / draws.length).toBeCloseTo(0.5, 1);
    for (const values of [draws.map(({ dy }) => dy), draws.map(({ dx }) => dx)]) {
      expect([Math.min(...values), Math.max(...values)]).toEqual([-4, 4]);
      // 99.9 % of uniform draws stay below 26.1 (8 degrees of freedom).
      expect(chiSquare(count(values, -4, 4))).toBeLessThan(26.1);
    }
    for (const values of [draws.map(({ blank }) => blank!.top + 4), draws.map(({ blank }) => blank!.left + 4)]) {
      expect([Math.min(...values), Math.max(...values)]).toEqual([0, 31]);
      expect(chiSquare(count(values, 0, 31))).toBeLessThan(61.1);
    }
    const cells = draws.map(({ flip, dy, dx }) => (flip ? 81 : 0) + (dy + 4) * 9 + dx + 4);
    // 161 degrees of freedom.
    expect(chiSquare(count(cells, 0, 161))).toBeLessThan(221);
  });

  test('are a function of the seed, the batch and the place', () => {
    const options = { flip: true, crop: 4, cutout: 8 };
    expect(draw(options, 3, 20)).toEqual(draw(options, 3, 20));
    expect(draw(options, 3, 20)).not.toEqual(draw(options, 3, 20, 2));
    // A smaller batch before, or a shorter one now, changes nothing.
    const augmentation = new Augmentation(options, 1, 110);
    augmentation.next(5);
    expect(augmentation.next(7)).toEqual(draw(options, 2, 20).slice(20, 27));
  });
});

describe('the state', () => {
  const batches = (count: number, { train }: { train: DataSet }) =>
    range(count).map(() => sha256(train.nextBatch(60).images.data));

  test.each(['course', 'epoch'] as const)('%s: the same batches follow', async (batchOrder) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(7), async (steps) => {
        const options = { batchOrder, augment: { flip: true, crop: 4, cutout: 8 } };
        const unbroken = await load(options);
        batches(steps, unbroken);
        const { arrays, values } = unbroken.train.getState();
        const resumed = await load(options);
        batches(1, resumed);
        resumed.train.setState({ arrays, values: JSON.parse(JSON.stringify(values)) });
        expect(batches(5, resumed)).toEqual(batches(5, unbroken));
        expect(resumed.train.getState()).toEqual(unbroken.train.getState());
      }),
      { numRuns: 8 },
    );
  });

  test('has nothing of augmentation when it is off', async () => {
    const { train } = await load();
    train.nextBatch(60);
    expect(train.getState().values).not.toHaveProperty('augmentation');
  });

  test('of another augmentation is refused, and changes nothing', async () => {
    const augment = { flip: true, crop: 4 };
    const saver = await load({ augment });
    batches(5, saver);
    const state = saver.train.getState();
    const refuses = async (options: Cifar10Options, saved: typeof state, message: string) => {
      const data = await load(options);
      batches(1, data);
      const before = data.train.getState();
      expect(() => data.train.setState(saved)).toThrow(
        expect.objectContaining({ code: 'INVALID_STATE', message: expect.stringContaining(message) }),
      );
      expect(data.train.getState()).toEqual(before);
    };
    await refuses({}, state, `its augmentation is {"flip":true,"crop":4,"cutout":0,"seed":42`);
    await refuses({}, state, `this data set's off`);
    await refuses({ augment }, (await load()).train.getState(), 'its augmentation is off, this data set');
    await refuses({ augment: { ...augment, cutout: 8 } }, state, '"cutout":0');
    await refuses({ augment, seed: 43 }, state, '"seed":42');
    const values = { ...state.values, augmentation: { ...(state.values.augmentation as object), batches: -1 } };
    await refuses({ augment }, { ...state, values }, '-1 batches were augmented');
  });
});

test.each([
  [{ flip: 1 }, 'Augmentation flip 1: expected true, false or "alternate".'],
  [{ crop: 32 }, 'Augmentation crop 32: expected a whole number from 0 to 31.'],
  [{ crop: -1 }, 'Augmentation crop -1: expected a whole number from 0 to 31.'],
  [{ cutout: 33 }, 'Augmentation cutout 33: expected a whole number from 0 to 32.'],
  [{ cutout: 0.5 }, 'Augmentation cutout 0.5: expected a whole number from 0 to 32.'],
  [{ crop: '4' }, 'Augmentation crop "4": expected a whole number from 0 to 31.'],
  [{ mirror: true }, 'Augmentation "mirror": expected flip, crop or cutout.'],
])('refuses %j', async (augment, message) => {
  await expect(load({ augment: augment as AugmentOptions })).rejects.toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message }),
  );
});

describe('alternating flips', () => {
  const options = { batchOrder: 'epoch', augment: { flip: 'alternate' } } as const;
  /** Returns whether each picture is mirrored in an epoch, by its place in file order. */
  const epoch = ({ train }: { train: DataSet }) => {
    const flips = new Array<boolean>(train.numExamples);
    for (let seen = 0; seen < train.numExamples; ) {
      const { indices, flipped } = train.nextExamples(60);
      indices.forEach((index, i) => {
        flips[index] = flipped[i]!;
      });
      seen += indices.length;
    }
    return flips;
  };

  test('are random in the first epoch, and each the other way round than in the epoch before', async () => {
    const data = await load(options);
    const first = epoch(data);
    const rng = new RandomState([42, 111]);
    expect(first).toEqual(Array.from(rng.randint(0, 2, [first.length]), (flip) => flip === 1));
    expect(first.filter(Boolean).length / first.length).toBeCloseTo(0.5, 0);
    const second = epoch(data);
    expect(second).toEqual(first.map((flip) => !flip));
    expect(epoch(data)).toEqual(first);
  });

  test('mirror the pictures themselves, and leave the draws of crops alone', async () => {
    // The mean image would stay in place.
    const standardize = true;
    const [plain, mirrored] = [
      await load({ batchOrder: 'epoch', standardize }),
      await load({ ...options, standardize }),
    ];
    const [a, b] = [plain.train.nextBatch(60).images, mirrored.train.nextBatch(60).images];
    const same = range(60).filter((i) => a.get(i, 0, 5, 7) === b.get(i, 0, 5, 7));
    const flipped = range(60).filter((i) => a.get(i, 0, 5, 7) === b.get(i, 0, 5, 24));
    expect(new Set([...same, ...flipped]).size).toBe(60);
    expect(flipped.length).toBeGreaterThan(15);
    const crops = (flip: boolean | 'alternate') => {
      const place = { indices: Int32Array.from(range(9)), epoch: 0, numExamples: 9 };
      return new Augmentation({ flip, crop: 4 }, 1, 110).next(9, place).map(({ dy, dx }) => [dy, dx]);
    };
    expect(crops('alternate')).toEqual(crops(false));
  });

  test('go on from a saved state, in the middle of an epoch', async () => {
    const unbroken = await load(options);
    for (let step = 0; step < 5; step++) unbroken.train.nextExamples(60);
    const { arrays, values } = unbroken.train.getState();
    const resumed = await load(options);
    resumed.train.setState({ arrays, values: JSON.parse(JSON.stringify(values)) });
    range(6).forEach(() => {
      expect(resumed.train.nextExamples(60)).toEqual(unbroken.train.nextExamples(60));
    });
    expect(() =>
      unbroken.train.setState({
        arrays,
        values: { ...values, augmentation: { ...(values.augmentation as object), flip: true } },
      }),
    ).toThrow('its augmentation is');
  });

  test('need an order in which every epoch has every picture', async () => {
    await expect(load({ augment: { flip: 'alternate' } })).rejects.toThrow(
      'Augmentation flip "alternate": expected the batch order "epoch"',
    );
  });
});
