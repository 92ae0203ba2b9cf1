import { named, type Sentence, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

/** Slope of the leaky ReLU below zero when `negSlope` does not say. */
export const defaultNegSlope = 0.02;

/** The settings that both MLPs have. */
export interface MlpShape {
  dnnHiddenUnits: number[];
  activation: string;
  /** Slope of the leaky ReLU below zero; null where the activation has none. */
  negSlope: number | null;
  norm: string;
  init: string;
  batchSize: number;
}

/** Checks rules that concern several settings at once. @throws SettingError naming the settings. */
export function checkMlpShape({ activation, negSlope, norm, batchSize }: MlpShape): void {
  if (negSlope !== null && activation !== 'leaky-relu') {
    throw new SettingError({
      setting: 'negSlope',
      value: negSlope,
      rule: sentence`has no meaning for ${named('activation', activation)}`,
      remedy: sentence`leave it out or use ${named('activation', 'leaky-relu')}`,
    });
  }
  if (norm === 'batch' && batchSize === 1) {
    throw new SettingError({
      setting: 'norm',
      value: norm,
      rule: 'cannot normalise a batch of one image',
      remedy: sentence`use a larger ${named('batchSize')}`,
    });
  }
}

/** The fewest images that such an MLP can learn from. */
export function smallestMlpBatch({ norm }: MlpShape): number {
  return norm === 'batch' ? 2 : 1;
}

/** What a newcomer may trip over, said before the run rather than after it. */
export function mlpWarnings({ init, norm, dnnHiddenUnits }: MlpShape): Sentence[] {
  if (init !== 'course' || norm !== 'none' || dnnHiddenUnits.length < 2) return [];
  return [
    sentence`warning: with two or more hidden layers the course's initialisation, N(0, 0.0001²), hardly learns (the loss stays near 2.3026): try ${named('init', 'he')}`,
  ];
}
