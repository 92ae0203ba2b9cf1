import { createHash } from 'node:crypto';
import { SweepError } from '../sweep-error.js';
import type { Configuration } from './configuration.js';
import { type Dimension, dimensionOf } from './dimension.js';
import { drawFlags } from './draw.js';
import { fault, quoted } from './file-faults.js';
import type { Flags, FlagValue } from './flag-values.js';
import type { Search } from './search.js';
import type { SweepFile } from './sweep-file.js';

/** A search whose configurations are proposed while it runs: by Optuna, which hears how the earlier ones went. */
export interface LedSearch extends Search {
  /** Id of the search: the same while nothing of it changes but the number of its trials. 10 hexadecimal digits. */
  id: string;
  /** The space, a dimension for each flag. */
  dimensions: readonly Dimension[];
  /** Steps of the comparisons of the pruner; undefined without one. */
  rungs: Rungs | undefined;
  /**
   * Makes the configuration of values, one for each dimension.
   *
   * @throws SweepError, `plan`, for values that do not go together.
   */
  configure(values: readonly number[]): Configuration;
  /** Returns the values of a proposal that does not depend on others; undefined where Optuna draws them. */
  drawn(task: number): readonly number[] | undefined;
}

/** Steps at which a pruner compares trials: the first, and each that is `factor` times the one before. */
export interface Rungs {
  /** Training steps before the first comparison. */
  first: number;
  /** Steps of a comparison over those of the one before; one in as many trials goes on. */
  factor: number;
}

/** Share of trials that go on after a comparison: one in as many. */
const FACTOR = 3;

/** Comparisons of a trial, where it is evaluated often enough. */
const COMPARISONS = 3;

/** Random configurations of a space that are looked at before anything is trained. */
const PROBES = 100;

/**
 * Plans a led search.
 *
 * @param make makes the configuration of flags.
 * @throws SweepError, `file`, for what does not go with such a search; what `make` throws for a value of the space.
 */
export function planLedSearch(
  search: Search,
  {
    file,
    make,
  }: { file: Pick<SweepFile, 'model' | 'settings' | 'list' | 'seeds'>; make: (own: Flags) => Configuration },
): LedSearch {
  requireOneEntry(file.list, search);
  const { sampler, pruner, seed, space } = search;
  const dimensions = Object.entries(space).map(([name, distribution]) => dimensionOf(name, distribution));
  const random = sampler === 'random' ? drawFlags(search) : undefined;
  const probes = probe(search, dimensions).map(make);
  for (const { settings } of probes) requireCompared(settings);
  const identity = [file.model, sortedFlags({ ...file.settings, ...file.list[0] }), dimensions, sampler, pruner, seed];
  return {
    ...search,
    id: createHash('sha256')
      .update(JSON.stringify([...identity, file.seeds]))
      .digest('hex')
      .slice(0, 10),
    dimensions,
    rungs: pruner === 'asha' ? rungsOf(probes) : undefined,
    configure: (values) => make(flagsOf(dimensions, values)),
    drawn: (task) => random && dimensions.map((dimension) => dimension.valueOf(random[task]![dimension.name]!)),
  };
}

/** Makes flags of values. */
function flagsOf(dimensions: readonly Dimension[], values: readonly number[]): Flags {
  return Object.fromEntries(dimensions.map(({ name, flagOf }, index) => [name, flagOf(values[index]!)]));
}

/** Returns flags with both ends or all choices of every dimension, and random ones: what is wrong is found before training. */
function probe(search: Search, dimensions: readonly Dimension[]): Flags[] {
  const first = Object.fromEntries(dimensions.map(({ name, edges }) => [name, edges[0]!]));
  const edges = dimensions.flatMap(({ name, edges }) => edges.map((flag): Flags => ({ ...first, [name]: flag })));
  const random = Array.from({ length: PROBES }, (_, seed) => drawFlags({ ...search, trials: 1, seed })[0]!);
  return [...edges, ...random];
}

/**
 * Returns where trials are compared: after a 27th of the steps, at the first evaluation then, and after three and nine times as
 * many.
 */
function rungsOf(probes: readonly Configuration[]): Rungs {
  const maxSteps = Math.max(...probes.map(({ settings }) => settings.maxSteps));
  const evalFreq = Math.max(...probes.map(({ settings }) => settings.evalFreq));
  const earliest = maxSteps / FACTOR ** COMPARISONS;
  return { first: evalFreq * Math.max(1, Math.ceil(earliest / evalFreq)), factor: FACTOR };
}

function requireOneEntry(list: readonly Flags[], { sampler, pruner }: Search): void {
  if (list.length === 1) return;
  const what = sampler === 'tpe' ? '"sampler": "tpe"' : `"pruner": ${quoted([pruner])}`;
  throw fault('"list"', `has ${list.length} entries, and a search with ${what} is one for all`, {
    value: list,
    remedy: 'put what differs into "space", as a "choice"',
  });
}

function sortedFlags(flags: Flags): [string, FlagValue][] {
  return Object.entries(flags).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Requires what the trials of a led search are compared by. @throws SweepError, `plan`. */
function requireCompared(settings: { validationSize: number }): void {
  if (settings.validationSize > 0) return;
  throw new SweepError({
    code: 'plan',
    value: settings.validationSize,
    rule: 'a search goes by the accuracy on validation images, and none are held out',
    remedy: 'add "validation-size" to "settings", 5000 for example',
  });
}
