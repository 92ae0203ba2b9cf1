import type { AllSettings } from '../settings/table.js';

/** Returns how many arrays the optimizer keeps beside each weight. */
export function optimizerSlots({ optimizer, momentum }: Pick<AllSettings, 'optimizer' | 'momentum'>): 0 | 1 | 2 {
  if (optimizer === 'adam' || optimizer === 'adamw') return 2;
  return momentum > 0 ? 1 : 0;
}
