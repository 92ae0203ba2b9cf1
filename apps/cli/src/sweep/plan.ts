import { UsageError } from '../errors.js';
import type { ModelName } from '../models.js';
import { combine } from './combine.js';
import { configurationNames } from './configuration-names.js';
import { configurationId } from './identity.js';
import { requireFewTrials } from './limits.js';
import { flagReader, type ReadFlags } from './read-flags.js';
import { type Flags, type SweepFile, shortJson } from './sweep-file.js';

/** One combination of settings, whatever the seed. */
export interface Configuration extends ReadFlags {
  model: ModelName;
  id: string;
  /**
   * What tells it from the others of its sweep; `base` for one with nothing of its own, the network's name when there are
   * no others.
   */
  name: string;
}

/** What a sweep is to do. */
export interface Plan {
  configurations: readonly Configuration[];
  seeds: readonly number[];
}

/**
 * Every configuration of a sweep, read and checked.
 *
 * @throws UsageError when there are too many trials; or naming the flag that is wrong; or two configurations that are the same; or the lack of validation
 *   images to choose by.
 */
export function makePlan(file: SweepFile): Plan {
  requireFewTrials(file);
  const combinations = combine(file);
  const readFlags = flagReader(file.model);
  const read = combinations.map((flags) => inContext(flags, () => readFlags(flags)));
  const { settings: defaults } = readFlags({});
  const given = combinations.map((flags) => new Set(Object.keys(flags).map(settingName)));
  const names = configurationNames(
    read.map(({ settings }, index) => ({ settings, given: given[index]! })),
    defaults,
  );
  const configurations = read.map(({ argv, settings }, index) => ({
    model: file.model,
    argv,
    settings,
    id: configurationId(file.model, settings, defaults),
    name: names[index] || (combinations.length > 1 ? 'base' : file.model),
  }));
  refuseDuplicates(configurations, combinations);
  const blind = configurations.find(({ settings }) => settings.validationSize === 0);
  if (configurations.length > 1 && blind !== undefined) {
    throw new UsageError(
      `${configurations.length} configurations are compared by their accuracy on validation images, and "${blind.name}" ` +
        'holds out none; add "validation-size" to "settings", 5000 for example',
    );
  }
  return { configurations, seeds: file.seeds };
}

function settingName(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function inContext<T>(flags: Flags, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`the configuration ${shortJson(flags)}: ${error.message}`, { cause: error });
  }
}

function refuseDuplicates(configurations: readonly Configuration[], combinations: readonly Flags[]): void {
  const seen = new Map<string, number>();
  for (const [index, { id }] of configurations.entries()) {
    const before = seen.get(id);
    if (before !== undefined) {
      const [first, second] = [before, index].map((place) => shortJson(combinations[place]));
      throw new UsageError(`the configurations ${first} and ${second} are the same to train; leave one out`);
    }
    seen.set(id, index);
  }
}
