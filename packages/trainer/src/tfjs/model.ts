import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** A weight of a {@link TfjsModel}; tf.layers' `LayerVariable` is one. */
export interface TfjsWeight {
  /** The name of the `tf.Variable`, unique in the process. */
  readonly name: string;
  /** The name that the same weight has in every process: `<layer>/<weight>`. */
  readonly originalName: string;
  /** Returns the `tf.Variable`; the model keeps it. */
  read(): Tensor;
  /** Takes over the values of `value`, which stays the caller's. */
  write(value: Tensor): unknown;
}

/** A network as the learner needs it; a `tf.LayersModel` is one. */
export interface TfjsModel {
  /**
   * @param x [n, ...]; its values may be the batch's own, so that a model must copy what it keeps beyond the step.
   * @param kwargs reach every layer. In training there is the number of the step, so that random values (such as the
   *   mask of a dropout) can be a function of a seed and the step; if x is a part of the batch, `firstExample` is the
   *   place of its first example in it.
   * @returns the logits, [n, classes].
   */
  apply(x: Tensor, kwargs: { training: boolean; step?: number; firstExample?: number }): unknown;
  /** All weights: the ones that are trained, and buffers such as running statistics. */
  readonly weights: readonly TfjsWeight[];
  /** The ones that are trained. */
  readonly trainableWeights: readonly TfjsWeight[];
}

/** A weight under the name it is saved by. */
export interface NamedWeight {
  readonly name: string;
  readonly weight: TfjsWeight;
  readonly trainable: boolean;
}

/**
 * Returns the model's weights under their original names, which are the same in every process.
 *
 * @throws RangeError when two weights share a name, or none is trainable; TypeError for one that is not float32.
 */
export function namedWeights(model: TfjsModel): NamedWeight[] {
  const trainable = new Set(model.trainableWeights);
  if (trainable.size === 0) {
    throw new RangeError('The model has no trainable weights: build it first, and leave some layers trainable.');
  }
  const seen = new Set<string>();
  return model.weights.map((weight) => {
    const name = weight.originalName;
    if (seen.has(name)) throw new RangeError(`Two weights of the model are named '${name}': name its layers apart.`);
    seen.add(name);
    const { dtype } = weight.read();
    if (dtype !== 'float32') throw new TypeError(`The weight '${name}' is ${dtype}: only float32 can be trained here.`);
    return { name, weight, trainable: trainable.has(weight) };
  });
}

/** Returns the variable behind a weight: what gradients are taken with respect to. */
export function variableOf(weight: TfjsWeight): Variable {
  return weight.read() as Variable;
}
