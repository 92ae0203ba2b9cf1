import { type BatchSettings, smallestPart } from './micro-batch.js';
import type { TrainingSettings } from './network-settings.js';
import { named, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

/**
 * Checks that batches can be made of so many training images.
 *
 * @param smallest the fewest images that the network can learn from.
 * @throws SettingError when a batch is larger, an epoch's images leave a last batch that is too small to learn from, or a batch
 *   is taken in parts that are.
 */
export function checkBatches(
  settings: BatchSettings & Pick<TrainingSettings, 'batchOrder'> & Partial<Pick<TrainingSettings, 'validationSize'>>,
  images: number,
  smallest: number,
): void {
  const { batchOrder, batchSize, accumulate, validationSize = 0 } = settings;
  if (batchSize > images) {
    const left = validationSize === 0 ? '' : sentence` that ${named('validationSize', validationSize)} leaves`;
    throw new SettingError({
      setting: 'batchSize',
      value: batchSize,
      rule: sentence`is more than the ${images} training images${left}`,
      remedy: images === 0 ? 'hold out fewer' : 'use a smaller one',
    });
  }
  const last = batchOrder === 'epoch' ? images % batchSize : 0;
  const parts = [batchSize, last]
    .filter((images) => images >= smallest)
    .map((images) => smallestPart(images, settings));
  if (accumulate !== undefined && Math.min(...parts) < smallest) {
    throw new SettingError({
      setting: 'accumulate',
      value: accumulate,
      rule: 'leaves 1 image to a part of a batch, which batch norm cannot normalise',
      remedy: 'use a smaller one',
    });
  }
  if (last === 0 || last >= smallest) return;
  throw new SettingError({
    setting: 'batchSize',
    value: batchSize,
    rule: `leaves ${last} of the ${images} training images to the last batch of an epoch, which batch norm cannot normalise`,
    remedy: sentence`use another one, or ${named('batchOrder', 'course')}`,
  });
}
