import { assertPositive } from '@cifarlab/internals/checks';
import {
  add,
  addN,
  clipByValue as clipTensorByValue,
  div,
  minimum,
  mul,
  type NamedTensorMap,
  type Scalar,
  sqrt,
  square,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';

/** Keeps the division finite when all gradients are zero; `torch.nn.utils.clip_grad_norm_` has the same. */
const NORM_EPSILON = 1e-6;

/**
 * Scales gradients down together, so that their global norm is at most `maxNorm`:
 *
 *     norm = √(Σ over all elements of all gradients of g²)        g ← g · min(1, maxNorm / (norm + 1e-6))
 *
 * Pascanu, Mikolov and Bengio (arXiv:1211.5063); PyTorch's `clip_grad_norm_`. A NaN among the gradients makes all of
 * them NaN; infinities become NaN and the rest 0, as in PyTorch.
 *
 * @param gradients by variable name, as `tf.variableGrads` gives them; they are neither changed nor disposed, and those
 *   that are null stay out.
 * @param maxNorm above 0.
 * @returns new gradients, and the norm before clipping; the caller disposes them.
 * @throws RangeError on a `maxNorm` that is not a finite number above 0, and when there is no gradient at all.
 */
export function clipGlobalNorm(
  gradients: NamedTensorMap,
  maxNorm: number,
): { gradients: NamedTensorMap; norm: Scalar } {
  assertPositive('maxNorm', maxNorm);
  return tidy(() => {
    const present = withoutNull(gradients);
    const norm = globalNorm(present.map(([, gradient]) => gradient));
    const scale = clipScale(norm, maxNorm);
    return { gradients: Object.fromEntries(present.map(([name, gradient]) => [name, mul(gradient, scale)])), norm };
  });
}

/**
 * Limits every element of every gradient to −maxValue … maxValue; PyTorch's `clip_grad_value_`.
 *
 * @param gradients by variable name; they are neither changed nor disposed, and those that are null stay out.
 * @returns new gradients; the caller disposes them.
 * @throws RangeError on a `maxValue` that is not a finite number above 0.
 */
export function clipByValue(gradients: NamedTensorMap, maxValue: number): NamedTensorMap {
  assertPositive('maxValue', maxValue);
  return tidy(() =>
    Object.fromEntries(
      withoutNull(gradients).map(([name, gradient]) => [name, clipTensorByValue(gradient, -maxValue, maxValue)]),
    ),
  );
}

/** Returns the norm of all gradients as one vector. */
export function globalNorm(gradients: readonly Tensor[]): Scalar {
  if (gradients.length === 0) throw new RangeError('The global norm needs at least one gradient; got none.');
  return tidy(() => sqrt(addN(gradients.map((gradient) => sum(square(gradient)))))) as Scalar;
}

/** Returns the factor that scales gradients of this global norm down to `maxNorm`; 1 if they are within it. */
export function clipScale(norm: Scalar, maxNorm: number): Scalar {
  return tidy(() => minimum(div(maxNorm, add(norm, NORM_EPSILON)), 1)) as Scalar;
}

// tf.variableGrads gives null for variables that are not trainable, against its type.
function withoutNull(gradients: NamedTensorMap): [string, Tensor][] {
  return Object.entries(gradients as Record<string, Tensor | null | undefined>).filter(
    (entry): entry is [string, Tensor] => entry[1] != null,
  );
}
