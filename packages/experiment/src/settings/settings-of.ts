import { checkValue, requireSetting } from './check-value.js';
import { faultOfCombinations } from './combinations.js';
import type { AnyNetwork, GivenSettings, SettingsOfNetwork } from './network-settings.js';
import { presetValues } from './presets.js';
import { SettingError } from './setting-error.js';
import { type AllSettings, rowOf, type SettingName } from './table.js';

/**
 * Completes and checks the settings of a network: what is given comes first, then the preset's values, then the defaults.
 *
 * @param given by name; undefined counts as not given.
 * @returns all settings of the network, in the order in which they are recorded and printed.
 * @throws SettingError for a name that the network does not have, a value that breaks its rule, or settings that
 *   contradict each other.
 */
export function settingsOf<N extends AnyNetwork>(network: N, given: GivenSettings<N> = {}): SettingsOfNetwork<N> {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const [name, value] of Object.entries(said)) checkValue(requireSetting(network, name, value), value);
  const settings = { ...network.settings, ...presetValues(network, said), ...said };
  const complete = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value ?? recordedWhenUnset(name as SettingName, settings)]),
  );
  checkSettings(network, complete);
  // Lists are the caller's own: changing one changes no default.
  return structuredClone(complete) as SettingsOfNetwork<N>;
}

function recordedWhenUnset(name: SettingName, settings: Readonly<Record<string, unknown>>): unknown {
  return rowOf(name).unset?.value?.(settings) ?? null;
}

/** Checks complete settings for contradictions. @throws SettingError naming the settings. */
export function checkSettings(network: AnyNetwork, settings: object): void {
  network.check?.(settings as AllSettings);
  const fault = faultOfCombinations(settings);
  if (fault !== undefined) throw new SettingError(fault);
}
