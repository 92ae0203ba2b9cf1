import type { NamedTensorMap, Variable } from '@tensorflow/tfjs-core';
import type { Awaitable } from '../learner.js';

/** The state of a {@link TfjsOptimizer} as plain data. */
export interface TfjsOptimizerState {
  /** `<variable>/<slot>`, each of the variable's shape. */
  readonly arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
  /** Counts, as JSON. */
  readonly values: {
    readonly iterations: number;
    /** The variables that have been updated, and how often. */
    readonly parameters: { readonly name: string; readonly step: number }[];
  };
}

/** A state that is held while a step is under way. */
export interface HeldState {
  /** Goes back to it, and lets go of it. */
  restore(): void;
  /** Lets go of it. */
  release(): void;
}

/** An optimizer as the learner needs it; those of `@cifarlab/tfjs-ops` are. */
export interface TfjsOptimizer {
  /** The size of the next update. */
  learningRate: number;
  /** Updates the variables of these names; null for a variable that the loss does not depend on. */
  applyGradients(gradients: NamedTensorMap): void;
  /**
   * Holds its state as it is now, without a copy. A learner on a GPU then need not wait for the loss before it updates; without
   * it, it does.
   */
  holdState?(): HeldState;
  /** Returns a copy of its state. */
  stateDict(): Awaitable<TfjsOptimizerState>;
  /**
   * Loads a state for the given variables.
   *
   * @throws when it does not fit them or the settings; nothing changes then.
   */
  loadStateDict(state: TfjsOptimizerState, variables: readonly Variable[]): void;
}
