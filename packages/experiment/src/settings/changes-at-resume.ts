import { checkValue, requireSetting } from './check-value.js';
import type { AnyNetwork, GivenSettings, SettingsOfNetwork } from './network-settings.js';
import { writeText } from './rule.js';
import { SettingError } from './setting-error.js';

/** Settings that a run is continued with in place of others, by name. */
export type SettingChanges = Readonly<Record<string, { before: unknown; after: unknown }>>;

/**
 * Returns what changes when a run is continued with settings that are given anew: only how long to train, and over which
 * steps the schedule goes, may be different.
 *
 * @param recorded all settings of the run.
 * @throws SettingError for a setting that may not change, an unknown one, and a value that breaks its rule.
 */
export function changesAtResume<N extends AnyNetwork>(
  network: N,
  recorded: SettingsOfNetwork<N>,
  given: GivenSettings<N>,
): SettingChanges {
  const changes: Record<string, { before: unknown; after: unknown }> = {};
  for (const [name, after] of Object.entries(given)) {
    if (after === undefined) continue;
    const row = requireSetting(network, name, after);
    checkValue(row, after);
    const before = recorded[name as keyof SettingsOfNetwork<N>];
    if (writeText(before) === writeText(after)) continue;
    if (row.mayChange !== true) {
      throw new SettingError({
        setting: name,
        value: after,
        rule: `differs from the run's ${writeText(before)}`,
        remedy: 'leave it out, or start a new run',
      });
    }
    changes[name] = { before, after };
  }
  return changes;
}
