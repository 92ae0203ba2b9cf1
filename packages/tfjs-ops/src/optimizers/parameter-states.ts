import { show } from '@cifarlab/internals/show';
import { keep, type Tensor, util, type Variable, zeros } from '@tensorflow/tfjs-core';

/** An optimizer's state for one variable. */
export interface ParameterState {
  /** Updates so far. */
  step: number;
  /** Tensors of the variable's shape, which outlive any tidy. */
  slots: Record<string, Tensor>;
}

/** The states of an optimizer's variables by name, in the order of their first update. */
export class ParameterStates {
  #states = new Map<string, ParameterState>();
  #isLoaded = false;

  /** Takes loaded states in place of those there are, and owns their tensors from now on. */
  load(states: Map<string, ParameterState>): void {
    this.dispose();
    this.#states = states;
    this.#isLoaded = true;
  }

  /** Returns the states as they are now, with clones of their tensors, which share their values. */
  hold(): Map<string, ParameterState> {
    return new Map(
      this.entries().map(([name, { step, slots }]) => {
        const clones = Object.entries(slots).map(([slot, tensor]) => [slot, keep(tensor.clone())]);
        return [name, { step, slots: Object.fromEntries(clones) as Record<string, Tensor> }];
      }),
    );
  }

  /** Takes states of the same variables in place of those there are, and owns their tensors from now on. */
  replace(states: Map<string, ParameterState>): void {
    this.dispose();
    this.#states = states;
  }

  entries(): [string, ParameterState][] {
    return [...this.#states];
  }

  /**
   * Returns the states of the variables of one step; new ones are zeros.
   *
   * @param slotNames the slots that the settings of the variable at that place ask for.
   * @throws Error when loaded states do not fit.
   */
  ofStep(variables: readonly Variable[], slotNames: readonly (readonly string[])[]): ParameterState[] {
    if (this.#isLoaded) this.#matchLoaded(variables);
    const states = variables.map((variable, index) => {
      const state = this.#states.get(variable.name);
      if (state !== undefined) assertFits(state, variable, slotNames[index]!);
      return state;
    });
    this.#isLoaded = false;
    return states.map((state, index) => state ?? this.#create(variables[index]!, slotNames[index]!));
  }

  dispose(): void {
    disposeStates(this.#states);
    this.#states.clear();
  }

  #create(variable: Variable, slotNames: readonly string[]): ParameterState {
    const slots = Object.fromEntries(slotNames.map((name) => [name, keep(zeros(variable.shape))]));
    const state: ParameterState = { step: 0, slots };
    this.#states.set(variable.name, state);
    return state;
  }

  /**
   * Loaded states belong to the variables of the same names. A second model in one process has other names (tf.layers
   * appends `_1`), so when none of the names is there, they belong to the variables in the same order.
   */
  #matchLoaded(variables: readonly Variable[]): void {
    const states = this.#states;
    if (states.size === 0 || variables.some(({ name }) => states.has(name))) return;
    if (states.size !== variables.length) {
      throw new Error(
        `The loaded optimizer state is of ${states.size} variables (${show([...states.keys()].slice(0, 3))}, …), none of ` +
          `them by name among the ${variables.length} of this step (${show(variables.slice(0, 3).map((v) => v.name))}, …), ` +
          'and their number differs too; load the state of the same model, or rename its entries.',
      );
    }
    const loaded = [...states.values()];
    this.#states = new Map(variables.map(({ name }, index) => [name, loaded[index]!]));
  }
}

/** Puts new tensors in the place of a state's old ones. */
export function replaceSlots(state: ParameterState, slots: Record<string, Tensor>): void {
  // A clone, since a slot may be the very gradient, which is the caller's.
  const kept = Object.fromEntries(Object.entries(slots).map(([name, tensor]) => [name, keep(tensor.clone())]));
  disposeSlots(state.slots);
  state.slots = kept;
}

export function disposeStates(states: ReadonlyMap<string, ParameterState>): void {
  for (const { slots } of states.values()) disposeSlots(slots);
}

/**
 * Requires every state to be that of one of the variables, by name.
 *
 * @param slotNames the slots that the settings of the variable at that place ask for.
 * @throws Error naming the first that does not fit.
 */
export function assertStatesFit(
  states: ReadonlyMap<string, ParameterState>,
  variables: readonly Variable[],
  slotNames: readonly (readonly string[])[],
): void {
  for (const [name, state] of states) {
    const index = variables.findIndex((variable) => variable.name === name);
    if (index < 0) {
      throw new Error(
        `The optimizer's state has a variable '${name}', which is not among the ${variables.length} it is to be loaded ` +
          `for (${show(variables.slice(0, 3).map((v) => v.name))}, …); load the state of the same model.`,
      );
    }
    assertFits(state, variables[index]!, slotNames[index]!);
  }
}

function disposeSlots(slots: Record<string, Tensor>): void {
  for (const tensor of Object.values(slots)) tensor.dispose();
}

function assertFits({ slots }: ParameterState, variable: Variable, slotNames: readonly string[]): void {
  const has = Object.keys(slots).sort().join(', ');
  const needs = [...slotNames].sort().join(', ');
  if (has !== needs) {
    throw new Error(
      `The optimizer's state of variable '${variable.name}' has the slots ${has || '(none)'}, but its settings need ` +
        `${needs || '(none)'}; use the settings that the state was saved with.`,
    );
  }
  const other = Object.values(slots).find((tensor) => !util.arraysEqual(tensor.shape, variable.shape));
  if (other !== undefined) {
    throw new Error(
      `The optimizer's state of variable '${variable.name}' has shape ${show(other.shape)}, but the variable has ` +
        `${show(variable.shape)}; load the state of the same model.`,
    );
  }
}
