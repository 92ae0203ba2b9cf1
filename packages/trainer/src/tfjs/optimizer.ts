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

/** An optimizer as the learner needs it; those of `@cifarlab/tfjs-ops` are. */
export interface TfjsOptimizer {
  /** The size of the next update. */
  learningRate: number;
  /** Updates the variables of these names; null for a variable that the loss does not depend on. */
  applyGradients(gradients: NamedTensorMap): void;
  /** Returns a copy of its state. */
  stateDict(): Awaitable<TfjsOptimizerState>;
  /**
   * Loads a state for the given variables.
   *
   * @throws when it does not fit them or the settings; nothing changes then.
   */
  loadStateDict(state: TfjsOptimizerState, variables: readonly Variable[]): void;
}
