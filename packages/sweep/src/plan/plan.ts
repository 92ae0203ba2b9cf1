import { networks as builtInNetworks, type Network } from '@cifarlab/experiment';
import { SweepError } from '../sweep-error.js';
import { combine } from './combine.js';
import type { Configuration } from './configuration.js';
import { configurationNames, flagsName } from './configuration-names.js';
import { settingName } from './entry-words.js';
import { shortJson } from './file-faults.js';
import type { Flags } from './flag-values.js';
import { configurationId } from './identity.js';
import { type LedSearch, planLedSearch } from './led-search.js';
import { requireFewTrials } from './limits.js';
import { type ReservedNames, settingsReader } from './read-settings.js';
import { isLed } from './search.js';
import { completeSweep, type SweepDescription } from './sweep-file.js';

/** Plan of a sweep. */
export interface Plan {
  /** The network of all configurations. */
  network: Network;
  /** Configurations in the order of the file; of a led search those that are known: none before it has run. */
  configurations: readonly Configuration[];
  /** Seeds, with each of which every configuration is trained. */
  seeds: readonly number[];
  /** The search that proposes the configurations while it runs; undefined where all are known before. */
  search?: LedSearch | undefined;
}

/** Options of {@link planSweep}. */
export interface PlanOptions {
  /** The networks that a sweep may be about. Default: those of `@cifarlab/experiment`. */
  networks?: readonly Network[] | undefined;
  /** Names that are not for a sweep file, with what to do instead. Default: those that the sweep sets for each trial. */
  reserved?: ReservedNames | undefined;
}

/**
 * Plans a sweep: every configuration read and checked, before anything is trained.
 *
 * @param sweep what `readSweepFile` gives, or a description without a file.
 * @throws SweepError, `file`, for a description that is not one of a sweep; `plan`: when there are too many trials; naming
 *   the setting that is wrong; or two configurations that are the same; or the lack of validation images to choose by.
 */
export function planSweep(
  sweep: SweepDescription,
  { networks = builtInNetworks, reserved = {} }: PlanOptions = {},
): Plan {
  const file = completeSweep(sweep, { networks });
  requireFewTrials(file);
  const combinations = combine(file);
  const network = networks.find(({ name }) => name === file.model)!;
  const readSettings = settingsReader(network, reserved);
  const read = combinations.map((flags) => inContext(flags, () => readSettings(flags)));
  const { settings: defaults } = readSettings({});
  const { search } = file;
  if (search !== undefined && isLed(search)) {
    const make = (own: Flags): Configuration => {
      const flags = { ...combinations[0], ...own };
      const configured = inContext(flags, () => readSettings(flags));
      const id = configurationId(file.model, configured.settings, defaults);
      return { ...configured, model: file.model, id, name: flagsName(own) };
    };
    return { network, configurations: [], seeds: file.seeds, search: planLedSearch(search, { file, make }) };
  }
  const given = combinations.map((flags) => new Set(Object.keys(flags).map(settingName)));
  const names = configurationNames(
    read.map(({ settings }, index) => ({ settings, given: given[index]! })),
    defaults,
  );
  const configurations = read.map((own, index) => ({
    ...own,
    model: file.model,
    id: configurationId(file.model, own.settings, defaults),
    name: names[index] || (combinations.length > 1 ? 'base' : file.model),
  }));
  refuseDuplicates(configurations, combinations);
  requireValidation(configurations);
  return { network, configurations, seeds: file.seeds };
}

function inContext<T>(flags: Flags, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SweepError ? error.within(`the configuration ${shortJson(flags)}`) : error;
  }
}

function refuseDuplicates(configurations: readonly Configuration[], combinations: readonly Flags[]): void {
  const seen = new Map<string, number>();
  for (const [index, { id }] of configurations.entries()) {
    const before = seen.get(id);
    if (before !== undefined) {
      const [first, second] = [before, index].map((place) => shortJson(combinations[place]));
      const rule = `the configurations ${first} and ${second} are the same to train`;
      throw new SweepError({ code: 'plan', value: combinations[index], rule, remedy: 'leave one out' });
    }
    seen.set(id, index);
  }
}

function requireValidation(configurations: readonly Configuration[]): void {
  const blind = configurations.find(({ settings }) => settings.validationSize === 0);
  if (configurations.length === 1 || blind === undefined) return;
  throw new SweepError({
    code: 'plan',
    value: blind.settings.validationSize,
    rule:
      `${configurations.length} configurations are compared by their accuracy on validation images, and "${blind.name}" ` +
      'holds out none',
    remedy: 'add "validation-size" to "settings", 5000 for example',
  });
}
