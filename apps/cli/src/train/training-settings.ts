import type { BatchOrderName } from '@cifarlab/cifar10';
import { UsageError } from '../errors.js';
import { checkSchedule, type ScheduleSettings } from './schedule.js';

export const batchOrders = ['course', 'epoch'] as const satisfies readonly BatchOrderName[];

/** What shapes the numbers of a training run whatever the network; recorded in its `config.json`. */
export interface TrainingSettings extends ScheduleSettings {
  batchSize: number;
  evalFreq: number;
  /** Evaluations without a better validation loss before training stops; null never stops early. */
  earlyStopping: number | null;
  seed: number;
  batchOrder: BatchOrderName;
  standardize: boolean;
  validationSize: number;
}

/** Rules that concern several flags at once. @throws UsageError naming the flags. */
export function checkTrainingSettings(settings: TrainingSettings): void {
  const { earlyStopping, validationSize } = settings;
  if (earlyStopping !== null && validationSize === 0) {
    throw new UsageError(
      `--early-stopping ${earlyStopping} needs validation images to watch; add --validation-size, 5000 for example`,
    );
  }
  checkSchedule(settings);
}

/** `flag : value` lines, as the course's scripts print theirs. */
export function settingLines(settings: object): string[] {
  return Object.entries(settings)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} : ${value}`);
}
