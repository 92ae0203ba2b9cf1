import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { State } from '../state.js';
import { type NamedWeight, variableOf } from './model.js';
import type { TfjsOptimizer } from './optimizer.js';
import { loadOptimizerState, saveOptimizerState } from './optimizer-state.js';

const OPTIMIZER = 'optimizer/';

/** Weights and buffers under their names, and the optimizer's arrays as `optimizer/<weight>/<slot>`. Copies. */
export async function saveLearnerState(weights: readonly NamedWeight[], optimizer: TfjsOptimizer): Promise<State> {
  const arrays: State['arrays'] = {};
  for (const { name, weight } of weights) {
    const values = weight.read();
    // Backends may hand out the memory that they compute in.
    arrays[name] = { shape: [...values.shape], data: (await values.data<'float32'>()).slice() };
  }
  const state = await saveOptimizerState(optimizer, weights);
  for (const [key, array] of Object.entries(state.arrays)) arrays[OPTIMIZER + key] = array;
  return { arrays, values: { optimizer: state.values } };
}

/**
 * Inverts {@link saveLearnerState}; everything is checked before anything changes.
 *
 * @throws RangeError, TypeError or Error naming what does not fit.
 */
export function loadLearnerState(
  { arrays, values }: State,
  weights: readonly NamedWeight[],
  optimizer: TfjsOptimizer,
): void {
  const saved: Record<string, Float32Array> = {};
  for (const { name, weight } of weights) saved[name] = requireArray(arrays, name, weight.read().shape);
  const others = Object.entries(arrays).filter(([name]) => !Object.hasOwn(saved, name));
  const stray = others.find(([name]) => !name.startsWith(OPTIMIZER));
  if (stray !== undefined) {
    throw new RangeError(
      `The state has an array '${stray[0]}', but the model has no weight of that name; it was saved from another model.`,
    );
  }
  const ofOptimizer = Object.fromEntries(others.map(([key, array]) => [key.slice(OPTIMIZER.length), array]));
  loadOptimizerState(optimizer, { arrays: ofOptimizer, values: values.optimizer }, weights);

  tidy(() => {
    for (const { name, weight } of weights) weight.write(tensor(saved[name]!.slice(), variableOf(weight).shape));
  });
}

function requireArray(arrays: State['arrays'], name: string, shape: readonly number[]): Float32Array {
  const found = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  if (found === undefined) {
    throw new RangeError(
      `The state lacks the array '${name}'; it was saved from another model (weights go by their names: give layers names).`,
    );
  }
  const size = shape.reduce((product, length) => product * length, 1);
  const fits = found.shape.length === shape.length && found.shape.every((length, axis) => length === shape[axis]);
  if (!fits || !(found.data instanceof Float32Array) || found.data.length !== size) {
    throw new RangeError(
      `The state's array '${name}' is ${found.data?.constructor.name} [${found.shape.join(', ')}], but the model's weight is ` +
        `Float32Array [${shape.join(', ')}]; make the model with the settings that it was saved with.`,
    );
  }
  return found.data;
}
