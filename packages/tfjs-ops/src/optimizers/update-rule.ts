import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** The settings that every optimizer has, for one variable. */
export interface CommonSettings {
  /** The size of a step. 0 or more. */
  learningRate: number;
  /** Strength with which weights are drawn to 0; 0 or more. */
  weightDecay: number;
}

/** Factor that clips gradients by their global norm; applied before anything else. */
export interface GradientScale {
  readonly tensor: Scalar;
  /** Waits for the tensor's value. */
  value(): number;
}

export interface UpdateInput<S> {
  parameter: Tensor;
  gradient: Tensor;
  /** The state of the variable by slot name, all of the variable's shape; zeros before the first step. */
  slots: Readonly<Record<string, Tensor>>;
  settings: S;
  /** The number of this update of this variable, from 1. */
  step: number;
  scale: GradientScale | undefined;
}

export interface UpdateOutput {
  parameter: Tensor;
  slots: Record<string, Tensor>;
}

/** An optimizer's formula: a pure function of one variable, its gradient and its state. */
export interface UpdateRule<S extends CommonSettings> {
  /** The names of the settings. */
  readonly settings: readonly (keyof S & string)[];
  /** Throws on invalid settings. */
  check(settings: S): void;
  /** Returns the names of the tensors that are kept for a variable from step to step. */
  slots(settings: S): readonly string[];
  /** Runs in a tidy; changes none of its inputs. */
  update(input: UpdateInput<S>): UpdateOutput;
}
