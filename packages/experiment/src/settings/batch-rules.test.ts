import { describe, expect, it } from 'vitest';
import { checkBatches } from './batch-rules.js';
import { SettingError } from './setting-error.js';

describe('checkBatches', () => {
  it.each([
    ['course', 200, 201, 2],
    ['epoch', 200, 201, 1],
    ['epoch', 200, 202, 2],
    ['epoch', 201, 201, 2],
  ] as const)('%s: batches of %i from %i images, %i at least', (batchOrder, batchSize, images, smallest) => {
    expect(() => checkBatches({ batchOrder, batchSize }, images, smallest)).not.toThrow();
  });

  it('refuses a batch of more images than there are', () => {
    const check = () => checkBatches({ batchOrder: 'course', batchSize: 201 }, 200, 1);
    expect(check).toThrow(SettingError);
    expect(check).toThrow('batchSize 201 is more than the 200 training images; use a smaller one');
  });

  it('names what is held out where that leaves too few', () => {
    const check = (validationSize: number, images: number) => () =>
      checkBatches({ batchOrder: 'course', batchSize: 60, validationSize }, images, 1);
    expect(check(150, 50)).toThrow(
      'batchSize 60 is more than the 50 training images that validationSize 150 leaves; use a smaller one',
    );
    expect(check(200, 0)).toThrow('the 0 training images that validationSize 200 leaves; hold out fewer');
  });

  it('refuses parts of a batch that are too small to learn from', () => {
    const check = (batchSize: number, accumulate: number, smallest: number) => () =>
      checkBatches({ batchOrder: 'epoch', batchSize, accumulate }, 205, smallest);
    expect(check(3, 2, 1)).not.toThrow();
    expect(check(20, 10, 2)).toThrow(
      'accumulate 10 leaves 1 image to a part of a batch, which batch norm cannot normalise; use a smaller one',
    );
    // The last batch has 5 images: a part of 3 and one of 2.
    expect(check(20, 7, 2)).not.toThrow();
    expect(check(3, 2, 2)).toThrow('accumulate 2 leaves 1 image');
  });

  it('refuses a last batch that is too small to learn from', () => {
    const check = () => checkBatches({ batchOrder: 'epoch', batchSize: 200 }, 401, 2);
    expect(check).toThrow(
      'batchSize 200 leaves 1 of the 401 training images to the last batch of an epoch, which batch norm cannot ' +
        'normalise; use another one, or batchOrder course',
    );
  });
});
