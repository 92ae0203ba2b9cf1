import type { Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { headOf } from './head.js';

/** The variables of a model that are trained, in two groups, as discriminative learning rates need them. */
export interface VariableGroups {
  /** All but the head's: those that come with the pretrained weights. */
  backbone: Variable[];
  /** Those of the last linear layer. */
  head: Variable[];
}

/**
 * Returns the variables of a model that are trainable now, the head's apart: give them to an optimizer's groups.
 *
 * @throws TypeError when the model does not end in a layer with weights.
 */
export function variableGroups(model: LayersModel): VariableGroups {
  const head = headOf(model).trainableWeights;
  const backbone = model.trainableWeights.filter((weight) => !head.includes(weight));
  const variables = (weights: typeof head) => weights.map((weight) => weight.read() as Variable);
  return { backbone: variables(backbone), head: variables(head) };
}
