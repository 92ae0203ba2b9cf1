import * as v from 'valibot';
import { byName, keyOf } from './keys.js';
import { type AnyNetwork, type NetworkSetting, type SettingsOfNetwork, settingRow } from './network-settings.js';
import { anObject, rule, words } from './rule.js';
import type { SettingName } from './table.js';

/** Rule of a setting of another version: something that a page can show. */
const otherSetting = rule<unknown>('a text, a number, true, false, null, or an array of these', (value: unknown) =>
  (Array.isArray(value) ? value : [value]).every(
    (item) => ['number', 'boolean'].includes(typeof item) || item === null || v.is(words, item),
  ),
);

/**
 * Makes the schema of a network's settings as a record holds them, by their keys. Values that early records lack are filled in; settings
 * of other versions come last, as they are.
 */
export function settingsSchema<N extends AnyNetwork>(network: N): v.GenericSchema<unknown, SettingsOfNetwork<N>> {
  const entries = Object.keys(network.settings).map((name) => [
    keyOf(name),
    recorded(settingRow(network, name as SettingName)),
  ]);
  return v.pipe(anObject, v.objectWithRest(Object.fromEntries(entries), otherSetting), v.transform(byName)) as never;
}

function recorded({ rule: { schema }, canBeUnset, before }: NetworkSetting): v.GenericSchema {
  const valid = canBeUnset ? v.nullable(schema) : schema;
  return before === undefined ? valid : (v.optional(valid, before as never) as v.GenericSchema);
}
