import { show } from '@cifarlab/internals/show';
import { keep, type Optimizer, scalar, type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { ParameterState } from './parameter-states.js';

/** A tensor with its name, as tf.Optimizer has its weights. */
export type NamedTensor = Awaited<ReturnType<Optimizer['getWeights']>>[number];

/**
 * An optimizer's state as plain data: `values` is JSON, `arrays` has one entry `<variable name>/<slot>` per tensor. Copies,
 * which later steps do not change. Renaming variables is renaming entries.
 */
export interface OptimizerState {
  /** `<variable name>/<slot>` -> the slot's values, of the variable's shape. */
  arrays: Record<string, { shape: readonly number[]; data: Float32Array }>;
  /** Counts, as JSON. */
  values: {
    /** Calls of `applyGradients`. */
    iterations: number;
    /** The variables in the order of their first update, and how many updates each has had. */
    parameters: { name: string; step: number }[];
  };
}

/** An {@link OptimizerState} that comes from elsewhere, so that its types are not known. */
export interface StoredOptimizerState {
  /** Arrays as in {@link OptimizerState.arrays}. */
  arrays: Readonly<Record<string, { shape: readonly number[]; data: unknown }>>;
  /** Values as in {@link OptimizerState.values}. */
  values: Readonly<Record<string, unknown>>;
}

/** Returns the state as data. */
export async function encodeState(iterations: number, states: [string, ParameterState][]): Promise<OptimizerState> {
  const arrays: OptimizerState['arrays'] = {};
  for (const [name, { slots }] of states) {
    for (const [slot, values] of Object.entries(slots)) {
      // Backends may hand out the memory that they compute in.
      const data = (await values.data<'float32'>()).slice();
      arrays[`${name}/${slot}`] = { shape: [...values.shape], data };
    }
  }
  const parameters = states.map(([name, { step }]) => ({ name, step }));
  return { arrays, values: { iterations, parameters } };
}

/**
 * Inverts {@link encodeState}. The tensors are the caller's.
 *
 * @throws TypeError when something is missing or not what it should be.
 */
export function decodeState({ arrays, values }: StoredOptimizerState): {
  iterations: number;
  states: Map<string, ParameterState>;
} {
  const { iterations, parameters } = values ?? {};
  assertCount('values.iterations', iterations);
  if (!Array.isArray(parameters)) {
    throw new TypeError(`Optimizer state: values.parameters must be an array; got ${show(parameters)}.`);
  }
  const states = new Map<string, ParameterState>();
  for (const { name, step } of parameters as { name: unknown; step: unknown }[]) {
    assertCount(`the step of parameter ${show(name)}`, step);
    states.set(String(name), { step, slots: {} });
  }
  const entries = Object.entries(arrays).map(([key, { shape, data }]) => {
    const [name, slot] = splitKey(key);
    if (!states.has(name))
      throw new TypeError(`Optimizer state: array '${key}' is of no variable in values.parameters.`);
    const size = shape.reduce((product, length) => product * length, 1);
    if (!(data instanceof Float32Array) || data.length !== size) {
      throw new TypeError(`Optimizer state: array '${key}' must hold ${size} float32 values (a Float32Array).`);
    }
    return { name, slot, shape, data };
  });
  for (const { name, slot, shape, data } of entries) {
    states.get(name)!.slots[slot] = keep(tensor(data.slice(), [...shape], 'float32'));
  }
  return { iterations, states };
}

/**
 * Returns the state in tfjs's form: the count of iterations first. The caller disposes the counts; the slots are not
 * copied.
 */
export function stateToWeights(iterations: number, states: [string, ParameterState][]): NamedTensor[] {
  const count = (name: string, value: number) => ({ name, tensor: keep(scalar(value, 'int32')) as Tensor });
  const weights = states.flatMap(([name, { step, slots }]) => [
    count(`${name}/step`, step),
    ...Object.entries(slots).map(([slot, values]) => ({ name: `${name}/${slot}`, tensor: values })),
  ]);
  return [count('iter', iterations), ...weights];
}

/** Inverts {@link stateToWeights}; the weights stay the caller's. */
export async function weightsToState([first, ...weights]: NamedTensor[]): Promise<{
  iterations: number;
  states: Map<string, ParameterState>;
}> {
  if (first?.name !== 'iter') {
    throw new TypeError(
      `Optimizer weights must begin with 'iter'; got ${show(first?.name)}. Were they another optimizer's?`,
    );
  }
  const iterations = (await first.tensor.data())[0]!;
  const steps = new Map<string, number>();
  for (const { name: key, tensor: values } of weights) {
    const [name, slot] = splitKey(key);
    if (slot === 'step') steps.set(name, (await values.data())[0]!);
    else if (!steps.has(name)) {
      throw new TypeError(
        `Optimizer weight '${key}' comes without '${name}/step' before it. Was it another optimizer's?`,
      );
    }
  }
  const states = new Map([...steps].map(([name, step]) => [name, { step, slots: {} } as ParameterState]));
  for (const { name: key, tensor: values } of weights) {
    const [name, slot] = splitKey(key);
    if (slot !== 'step') states.get(name)!.slots[slot] = keep(values.clone());
  }
  return { iterations, states };
}

/** `a/b/m` is slot `m` of variable `a/b`. */
function splitKey(key: string): [name: string, slot: string] {
  const slash = key.lastIndexOf('/');
  return [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
}

function assertCount(what: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new TypeError(`Optimizer state: ${what} must be an integer of 0 or more; got ${show(value)}.`);
  }
}
