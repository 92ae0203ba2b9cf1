import { named, type Sentence, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import type { AllSettings } from '../settings/table.js';

/** The settings that both MLPs have. */
type MlpSettings = Pick<AllSettings, 'dnnHiddenUnits' | 'norm' | 'init' | 'from' | 'batchSize'>;

/** Checks that batch norm has something to normalise. @throws SettingError */
export function checkMlp({ norm, batchSize }: MlpSettings): void {
  if (norm !== 'batch' || batchSize > 1) return;
  throw new SettingError({
    setting: 'norm',
    value: norm,
    rule: 'cannot normalise a batch of one image',
    remedy: sentence`use a larger ${named('batchSize')}`,
  });
}

/** Returns the fewest images that such an MLP can learn from. */
export function smallestMlpBatch({ norm }: MlpSettings): number {
  return norm === 'batch' ? 2 : 1;
}

/** Warns of a newcomer's usual mistakes, before the run rather than after it. */
export function mlpWarnings({ init, norm, from, dnnHiddenUnits }: MlpSettings): Sentence[] {
  if (from !== null || init !== 'course' || norm !== 'none' || dnnHiddenUnits.length < 2) return [];
  return [
    sentence`with two or more hidden layers the course's initialisation, N(0, 0.0001²), hardly learns (the loss stays near 2.3026): try ${named('init', 'he')}`,
  ];
}
