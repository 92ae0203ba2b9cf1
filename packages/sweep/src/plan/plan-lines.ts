import { byKey } from '@cifarlab/experiment';
import { commandLine } from '@cifarlab/internals/shell-words';
import { plural } from '../summary/plural.js';
import type { Plan } from './plan.js';
import type { ReadSettings } from './read-settings.js';
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
  /** Every trial by its number, in the order in which they are begun. */
  tasks: { task: number; id: string; name: string; seed: number }[];
}

/** Describes the plan of a sweep as plain JSON. */
export function describePlan({ configurations, seeds }: Plan, { jobs, threads }: CoreShare): PlanDescription {
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
  return { configurations: listed, seeds, tasks, jobs, threads };
}

/** Says the same in lines. */
export function planLines({ configurations, seeds }: Plan, { jobs, threads }: CoreShare): string[] {
  const trials = configurations.length * seeds.length;
  return [
    `${trials} trials, ${jobs} at a time with ${plural(threads, 'thread')} each; seeds ${seeds.join(', ')}`,
    ...configurations.flatMap(({ id, name, model, argv }, column) => [
      `${id}  ${name}`,
      `            ${commandLine(['train', model, ...argv])}`,
      `            ${tasksOf(column, { configurations, seeds })}`,
    ]),
  ];
}

/** Says in lines what one task of a sweep trains. @param task its number. */
export function taskLines({ configurations, seeds }: Plan, task: number): string[] {
  const { id, name, model, argv } = configurations[task % configurations.length]!;
  const seed = seeds[Math.floor(task / configurations.length)]!;
  return [
    `task ${task}: ${id}  ${name}, seed ${seed}`,
    `            ${commandLine(['train', model, ...argv, `--seed=${seed}`])}`,
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
