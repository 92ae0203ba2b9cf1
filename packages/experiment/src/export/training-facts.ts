import { dashedSettings } from '../settings/dashed-settings.js';
import type { ExportedNetwork } from './exported-network.js';

/** Returns the settings of a training by the names of their flags; of files their names alone: exports are passed on. */
export function recipeOf({ config }: ExportedNetwork): Record<string, unknown> {
  return withoutFolders(dashedSettings(config.settings));
}

/** Returns the facts that a run records about its network beside its settings; files appear by name only. */
export function networkFactsOf({ config }: ExportedNetwork): Record<string, unknown> {
  return withoutFolders({ ...config.network });
}

/** Values that may be paths of the machine that the training ran on. */
const PATHS = ['weights', 'from'];

/** Removes folders from the names of weights. */
function withoutFolders(facts: Record<string, unknown>): Record<string, unknown> {
  const shown = ([name, value]: [string, unknown]) =>
    PATHS.includes(name) && typeof value === 'string' ? value.split(/[\\/]/).at(-1) : value;
  return Object.fromEntries(Object.entries(facts).map((entry) => [entry[0], shown(entry)]));
}

/** Returns the facts that a file of a network holds about it, as texts: its classes, its training and its results. */
export function trainingFacts(network: ExportedNetwork): Record<string, string> {
  const { stored, config, checkpoint, results } = network;
  return {
    class_names: JSON.stringify(stored.classNames),
    network: stored.network.name,
    network_config: JSON.stringify(stored.config),
    checkpoint,
    step: String(stored.step),
    recipe: JSON.stringify(recipeOf(network)),
    results: JSON.stringify(results),
    versions: JSON.stringify(config.versions),
  };
}
