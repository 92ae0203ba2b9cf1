import {
  customGrad,
  engine,
  type NamedTensorMap,
  scalar,
  type Tensor,
  tensor,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';

/** A loss that is computed outside tfjs, with its gradient. */
export interface OutsideLoss {
  value: number;
  /** Returns the loss's gradient with respect to the logits, of their shape. */
  gradient(): Float32Array;
}

/**
 * Returns the gradients of a loss with respect to the variables.
 *
 * Logits are small ([200, 10]), and tfjs takes longer to start one kernel than the whole loss takes in plain loops. So
 * they are read once, and the result goes back into the graph as an op with its own gradient.
 *
 * @param forward makes the logits; in it gradients are recorded.
 * @param lossOf the loss of their values.
 * @returns by the variable's name; null for a variable that the logits do not depend on. To be disposed, or in a tidy.
 */
export function lossGradients(
  forward: () => Tensor,
  lossOf: (logits: Float32Array) => OutsideLoss,
  variables: Variable[],
): NamedTensorMap {
  const loss = customGrad((logits) => {
    const { value, gradient } = lossOf((logits as Tensor).dataSync<'float32'>());
    // The loss itself is differentiated, so the gradient from above is 1.
    return { value: scalar(value), gradFunc: () => tensor(gradient(), (logits as Tensor).shape) };
  });
  try {
    return variableGrads(() => loss(forward()), variables).grads;
  } catch (error) {
    dropTape();
    throw error;
  }
}

/** Frees the tensors saved for a backward pass that will not come: tfjs does not when the forward pass throws. */
export function dropTape(): void {
  const { state } = engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) {
    for (const each of saved ?? []) each.dispose();
  }
}
