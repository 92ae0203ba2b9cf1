import { entryName } from './entry-words.js';
import type { Flags } from './flag-values.js';

/** Settings that a name is made of. */
interface Named {
  settings: object;
  /** Settings that the configuration gives itself. */
  given: ReadonlySet<string>;
}

/**
 * Says what tells configurations apart, as flags: `optimizer adam, flip`. Left out are flags that are the same in all, and
 * those that a configuration does not give and that have their default.
 *
 * @param all all have the same settings.
 * @param defaults the settings without any flags.
 * @returns one name for each; empty where there is nothing to say.
 */
export function configurationNames(all: readonly Named[], defaults: object): string[] {
  const settingNames = Object.keys(all[0]?.settings ?? {});
  const differing = new Set(
    settingNames.filter((name) => new Set(all.map(({ settings }) => jsonOf(settings, name))).size > 1),
  );
  return all.map(({ settings, given }) =>
    Object.entries(settings)
      .filter(([name]) => differing.has(name))
      .filter(([name]) => given.has(name) || jsonOf(settings, name) !== jsonOf(defaults, name))
      .map(([name, value]) => describe(name, value))
      .join(', '),
  );
}

/** Names a configuration by flags, whatever there is to tell it from. */
export function flagsName(flags: Flags): string {
  return Object.entries(flags)
    .map(([name, value]) => describe(name, value))
    .join(', ');
}

function jsonOf(settings: object, name: string): string | undefined {
  return JSON.stringify((settings as Record<string, unknown>)[name]);
}

function describe(name: string, value: unknown): string {
  const flag = entryName(name);
  if (value === false || value === null) return `no ${flag}`;
  if (value === true) return flag;
  return `${flag} ${Array.isArray(value) && value.length === 0 ? '""' : value}`;
}
