import type { AugmentOptions, BatchOrderName } from '@cifarlab/cifar10';
import { checkSchedule, type ScheduleSettings } from './schedule.js';
import { named, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

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
  /** Mirror every other training image; as the next two, undefined in runs from before there was augmentation. */
  flip?: boolean;
  /** Pixels that training images are padded by before a crop; 0 is off. */
  crop?: number;
  /** Side of the square that is blanked in training images; 0 is off. */
  cutout?: number;
  /** Whether the test images are evaluated; undefined, in runs from before there was a choice, is true. */
  test?: boolean;
}

/** What the command line says of these, defaults filled in. */
export interface TrainingFlags extends Omit<TrainingSettings, 'earlyStopping'> {
  earlyStopping?: number;
}

export function trainingSettingsOf(flags: TrainingFlags): TrainingSettings {
  return {
    learningRate: flags.learningRate,
    schedule: flags.schedule,
    warmupSteps: flags.warmupSteps,
    maxSteps: flags.maxSteps,
    scheduleSteps: flags.scheduleSteps ?? null,
    batchSize: flags.batchSize,
    evalFreq: flags.evalFreq,
    earlyStopping: flags.earlyStopping ?? null,
    seed: flags.seed,
    batchOrder: flags.batchOrder,
    standardize: flags.standardize,
    validationSize: flags.validationSize,
    flip: flags.flip ?? false,
    crop: flags.crop ?? 0,
    cutout: flags.cutout ?? 0,
    test: flags.test ?? true,
  };
}

/** The augmentation of the training images. */
export function augmentation({ flip, crop, cutout }: TrainingSettings): AugmentOptions {
  return { flip, crop, cutout };
}

/** Checks rules that concern several settings at once. @throws SettingError naming the settings. */
export function checkTrainingSettings(settings: TrainingSettings): void {
  const { earlyStopping, validationSize } = settings;
  if (earlyStopping !== null && validationSize === 0) {
    throw new SettingError({
      setting: 'earlyStopping',
      value: earlyStopping,
      rule: 'needs validation images to watch',
      remedy: sentence`add ${named('validationSize')}, 5000 for example`,
    });
  }
  checkSchedule(settings);
}

/** `flag : value` lines, as the course's scripts print theirs. */
export function settingLines(settings: object): string[] {
  return Object.entries(settings)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} : ${value}`);
}
