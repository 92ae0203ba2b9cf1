/**
 * What tells configurations apart, as flags: `optimizer adam, flip`.
 *
 * @param all the settings of each; all have the same keys.
 * @returns one name for each; empty for a single one.
 */
export function configurationNames(all: readonly object[]): string[] {
  const entries = all.map((settings) => Object.entries(settings) as [string, unknown][]);
  const differing = new Set(
    Object.keys(all[0] ?? {}).filter((name) => new Set(all.map((settings) => text(settings, name))).size > 1),
  );
  return entries.map((settings) =>
    settings
      .filter(([name]) => differing.has(name))
      .map(([name, value]) => describe(name, value))
      .join(', '),
  );
}

function text(settings: object, name: string): string | undefined {
  return JSON.stringify((settings as Record<string, unknown>)[name]);
}

function describe(name: string, value: unknown): string {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (typeof value === 'boolean') return value ? flag : `no ${flag}`;
  if (value === null) return `no ${flag}`;
  return `${flag} ${Array.isArray(value) && value.length === 0 ? '""' : value}`;
}
