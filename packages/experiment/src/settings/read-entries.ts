import { type EntryValue, readSetting, requireSetting } from './check-value.js';
import type { AnyNetwork, GivenSettings } from './network-settings.js';

/**
 * Reads settings as a person writes them into a file: `{ learningRate: '1e-3', dnnHiddenUnits: '200,100', flip: true }`.
 *
 * @throws SettingError for a name that the network does not have, and a value that breaks its rule.
 */
export function readEntries<N extends AnyNetwork>(
  network: N,
  entries: Readonly<Record<string, EntryValue>>,
): GivenSettings<N> {
  const read = Object.entries(entries).map(([name, entry]) => [
    name,
    readSetting(requireSetting(network, name, entry), entry),
  ]);
  return Object.fromEntries(read) as GivenSettings<N>;
}
