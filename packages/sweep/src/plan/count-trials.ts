import type { Plan } from './plan.js';

/** Counts the trials of a plan: every configuration with every seed. */
export function countTrials({
  configurations,
  seeds,
  search,
}: Pick<Plan, 'configurations' | 'seeds' | 'search'>): number {
  return (search === undefined ? configurations.length : search.trials) * seeds.length;
}

/** Counts what can be trained at the same time, each of which is a task: trials, or the configurations of a led search. */
export function countPieces(plan: Pick<Plan, 'configurations' | 'seeds' | 'search'>): number {
  return plan.search === undefined ? countTrials(plan) : plan.search.trials;
}
