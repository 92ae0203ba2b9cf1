import { byKey } from '@cifarlab/experiment';
import { commandLine } from '@cifarlab/internals/shell-words';
import { plural } from '../summary/plural.js';
import { countTrials } from './count-trials.js';
import type { LedSearch } from './led-search.js';
import type { Plan } from './plan.js';
import type { ReadSettings } from './read-settings.js';
import type { Search } from './search.js';
import type { CoreShare } from './share-cores.js';

/** A plan as plain JSON. */
export interface PlanDescription extends CoreShare {
  /** The configurations to train. */
  configurations: {
    id: string;
    name: string;
    model: string;
    flags: ReadSettings['argv'];
    settings: Readonly<Record<string, unknown>>;
  }[];
  /** Every configuration is trained with each of them. */
  seeds: readonly number[];
  /** Every trial by its number, in the order in which they are begun; none where a search proposes them while it runs. */
  tasks: { task: number; id: string; name: string; seed: number }[];
  /** The search that proposes the configurations while it runs; undefined where all are known before. */
  search?: Search | undefined;
}

/** Describes the plan of a sweep as plain JSON. */
export function describePlan({ configurations, seeds, search }: Plan, { jobs, threads }: CoreShare): PlanDescription {
  const listed = configurations.map(({ id, name, model, argv, settings }) => ({
    id,
    name,
    model,
    flags: argv,
    settings: byKey(settings),
  }));
  const tasks = seeds.flatMap((seed, row) =>
    configurations.map(({ id, name }, column) => ({
      task: taskNumber(row, column, configurations.length),
      id,
      name,
      seed,
    })),
  );
  const common = { configurations: listed, seeds, tasks, jobs, threads };
  if (search === undefined) return common;
  const { sampler, trials, pruner, seed, space } = search;
  return { ...common, search: { sampler, trials, pruner, seed, space } };
}

/** Says the same in lines. */
export function planLines(plan: Plan, { jobs, threads }: CoreShare): string[] {
  const { configurations, seeds, search } = plan;
  const trials = countTrials(plan);
  return [
    `${trials} trials, ${jobs} at a time with ${plural(threads, 'thread')} each; seeds ${seeds.join(', ')}`,
    ...(search === undefined ? [] : searchLines(search)),
    ...configurations.flatMap(({ id, name, model, argv }, column) => [
      `${id}  ${name}`,
      `            ${commandLine(['train', model, ...argv])}`,
      `            ${tasksOf(column, { configurations, seeds })}`,
    ]),
  ];
}

/** Says in lines what one task of a sweep trains. @param task its number. */
export function taskLines({ configurations, seeds, search }: Plan, task: number): string[] {
  if (search !== undefined) return [`task ${task}: configuration ${task} of a search`, ...searchLines(search)];
  const { id, name, model, argv } = configurations[task % configurations.length]!;
  const seed = seeds[Math.floor(task / configurations.length)]!;
  return [
    `task ${task}: ${id}  ${name}, seed ${seed}`,
    `            ${commandLine(['train', model, ...argv, `--seed=${seed}`])}`,
  ];
}

/** Says what a search draws from; the configurations are not known before it runs. */
function searchLines({ sampler, pruner, trials, seed, space, rungs }: LedSearch): string[] {
  const compared =
    rungs === undefined ? '' : `, compared after ${rungs.first} steps and each ${rungs.factor} times as many`;
  return [
    `${plural(trials, 'configuration')}, proposed while the search runs: sampler ${sampler}, pruner ${pruner}${compared}, seed ${seed}`,
    ...Object.entries(space).map(([flag, distribution]) => `            ${flag}  ${JSON.stringify(distribution)}`),
    `            ${trials === 1 ? 'task 0' : `tasks 0 to ${trials - 1}`}, each a configuration with every seed`,
  ];
}

/** Writes `tasks 1, 5, 9`: one for each seed. */
function tasksOf(column: number, { configurations, seeds }: Pick<Plan, 'configurations' | 'seeds'>): string {
  const numbers = seeds.map((_, row) => taskNumber(row, column, configurations.length));
  return `task${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}

/** Returns the number of a trial: seed by seed, as trials are listed. */
function taskNumber(seed: number, configuration: number, configurations: number): number {
  return seed * configurations + configuration;
}
