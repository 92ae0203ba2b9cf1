import { byKey } from '@cifarlab/experiment';
import { commandLine } from '@cifarlab/internals/shell-words';
import { plural } from '../summary/plural.js';
import type { Plan } from './plan.js';
import type { ReadSettings } from './read-settings.js';
import type { CoreShare } from './share-cores.js';

/** A plan as plain JSON. */
export interface PlanDescription extends CoreShare {
  /** What is trained. */
  configurations: {
    id: string;
    name: string;
    model: string;
    flags: ReadSettings['argv'];
    settings: Readonly<Record<string, unknown>>;
  }[];
  /** Every configuration is trained with each of them. */
  seeds: readonly number[];
}

/** Describes what a sweep is to train, and how, as plain JSON. */
export function describePlan({ configurations, seeds }: Plan, { jobs, threads }: CoreShare): PlanDescription {
  const listed = configurations.map(({ id, name, model, argv, settings }) => ({
    id,
    name,
    model,
    flags: argv,
    settings: byKey(settings),
  }));
  return { configurations: listed, seeds, jobs, threads };
}

/** Says the same in lines. */
export function planLines({ configurations, seeds }: Plan, { jobs, threads }: CoreShare): string[] {
  const trials = configurations.length * seeds.length;
  return [
    `${trials} trials, ${jobs} at a time with ${plural(threads, 'thread')} each; seeds ${seeds.join(', ')}`,
    ...configurations.flatMap(({ id, name, model, argv }) => [
      `${id}  ${name}`,
      `            ${commandLine(['train', model, ...argv])}`,
    ]),
  ];
}
