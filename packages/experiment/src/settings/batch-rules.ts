import type { TrainingSettings } from './network-settings.js';
import { named, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

/**
 * Checks that batches can be made of so many training images.
 *
 * @param smallest the fewest images that the network can learn from.
 * @throws SettingError when a batch is larger, or an epoch's images leave a last batch that is too small to learn from.
 */
export function checkBatches(
  {
    batchOrder,
    batchSize,
    validationSize = 0,
  }: Pick<TrainingSettings, 'batchOrder' | 'batchSize'> & Partial<Pick<TrainingSettings, 'validationSize'>>,
  images: number,
  smallest: number,
): void {
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
  if (last === 0 || last >= smallest) return;
  throw new SettingError({
    setting: 'batchSize',
    value: batchSize,
    rule: `leaves ${last} of the ${images} training images to the last batch of an epoch, which batch norm cannot normalise`,
    remedy: sentence`use another one, or ${named('batchOrder', 'course')}`,
  });
}
