import type { FlagValue, SettingsReader } from '../../src/index.js';

const defaults = { momentum: 0, flip: false, maxSteps: 1400, validationSize: 0, backend: 'auto' };

/** Networks with a few settings, which nobody trains. */
export const networks: readonly SettingsReader[] = ['mlp', 'convnet'].map((name) => ({
  name,
  read(flags) {
    const entries = Object.entries(flags).map(([flag, value]) => [camelCase(flag), value]);
    return {
      argv: Object.entries(flags).flatMap(([flag, value]) => words(flag, value)),
      settings: { ...defaults, ...Object.fromEntries(entries) },
    };
  },
}));

function words(flag: string, value: FlagValue): string[] {
  if (value === false) return [];
  return [value === true ? `--${flag}` : `--${flag}=${value}`];
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
