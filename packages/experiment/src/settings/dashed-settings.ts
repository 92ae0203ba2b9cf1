import { byKey } from './keys.js';
import type { TrainingSettings } from './network-settings.js';

/** Returns settings by the names of their flags, such as `batch-size`. */
export function dashedSettings(settings: TrainingSettings): Record<string, unknown> {
  const entries = Object.entries(byKey(settings));
  return Object.fromEntries(
    entries.map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value]),
  );
}
