import { show } from '@cifarlab/internals/show';
import type { State } from '../state.js';
import { type NamedWeight, variableOf } from './model.js';
import type { TfjsOptimizer, TfjsOptimizerState } from './optimizer.js';

/**
 * Returns the optimizer's state under the names of the weights: those of variables depend on what else the process has
 * made.
 *
 * @throws RangeError when it has updated variables of another model.
 */
export async function saveOptimizerState(
  optimizer: TfjsOptimizer,
  weights: readonly NamedWeight[],
): Promise<TfjsOptimizerState> {
  const names = new Map(weights.map(({ name, weight }) => [weight.name, name]));
  return rename(await optimizer.stateDict(), (variable) => {
    const name = names.get(variable);
    if (name !== undefined) return name;
    throw new RangeError(
      `The optimizer has a state of '${variable}', which is not in the model: give each model its own.`,
    );
  });
}

/**
 * Inverts {@link saveOptimizerState}.
 *
 * @throws RangeError or what the optimizer throws, naming what does not fit; nothing changes then.
 */
export function loadOptimizerState(
  optimizer: TfjsOptimizer,
  { arrays, values }: { arrays: State['arrays']; values: unknown },
  weights: readonly NamedWeight[],
): void {
  if (!isRecord(values) || !Array.isArray(values.parameters) || !values.parameters.every(isParameter)) {
    throw new RangeError(
      `The state's values.optimizer is ${show(values)}, not what the optimizer of a learner has saved: give the state as saveState() returned it.`,
    );
  }
  const trained = weights.filter(({ trainable }) => trainable);
  const variables = new Map(trained.map(({ name, weight }) => [name, weight.name]));
  const state = rename({ arrays, values } as TfjsOptimizerState, (name) => {
    const variable = variables.get(name);
    if (variable !== undefined) return variable;
    throw new RangeError(
      `The state has an optimizer's state of '${name.slice(0, 100)}', which is not a trainable weight of the model.`,
    );
  });
  optimizer.loadStateDict(
    state,
    trained.map(({ weight }) => variableOf(weight)),
  );
}

function rename({ arrays, values }: TfjsOptimizerState, to: (name: string) => string): TfjsOptimizerState {
  const renamed = Object.entries(arrays).map(([key, array]) => {
    const slash = key.lastIndexOf('/');
    return [to(key.slice(0, slash)) + key.slice(slash), array] as const;
  });
  const parameters = values.parameters.map(({ name, step }) => ({ name: to(name), step }));
  return { arrays: Object.fromEntries(renamed), values: { ...values, parameters } };
}

function isParameter(value: unknown): boolean {
  return isRecord(value) && typeof value.name === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
