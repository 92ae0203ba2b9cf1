import type { AnyNetwork } from './network-settings.js';
import { type AllSettings, rowOf, type SettingName } from './table.js';

/**
 * Returns the values of the preset that stand in for the defaults: not for what is given, nor, with another optimizer
 * than the preset's, for what is meant for that.
 */
export function presetValues(network: AnyNetwork, given: Readonly<Partial<AllSettings>>): Partial<AllSettings> {
  const { preset = network.settings.preset ?? 'course' } = given;
  const values = preset === 'course' ? {} : (network.presets?.[preset] ?? {});
  const otherOptimizer = given.optimizer !== undefined && given.optimizer !== values.optimizer;
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => !Object.hasOwn(given, name) && !(otherOptimizer && rowOf(name as SettingName).ofOptimizer === true),
    ),
  );
}
