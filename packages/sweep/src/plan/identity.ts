import { createHash } from 'node:crypto';
import { byKey } from '@cifarlab/experiment';

/**
 * Returns a short name for a configuration that depends on nothing but what is trained: not on the order of its settings, on
 * defaults that are written out, or on other configurations.
 *
 * @param settings all settings; a seed among them is left out.
 * @param defaults those of a configuration without flags, so that a setting which later versions add changes nothing.
 * @returns 10 hexadecimal digits.
 */
export function configurationId(model: string, settings: object, defaults: object): string {
  const usual = new Map(Object.entries(byKey(defaults)).map(([name, value]) => [name, JSON.stringify(value)]));
  const own = Object.entries(byKey(settings))
    .filter(([name, value]) => name !== 'seed' && usual.get(name) !== JSON.stringify(value))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([model, own]))
    .digest('hex')
    .slice(0, 10);
}

/** Returns the name as part of a folder's: what every file system takes, and not too long. */
export function folderLabel(name: string): string {
  const label = name.replace(/[^A-Za-z0-9.+]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  return label.slice(0, 60).replace(/[-.]+$/, '') || 'configuration';
}
