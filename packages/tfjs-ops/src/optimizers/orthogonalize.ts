import { assertCount } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { add, div, matMul, mul, sqrt, square, sum, type Tensor2D, tidy } from '@tensorflow/tfjs-core';

/**
 * The coefficients of the quintic σ ↦ aσ + bσ³ + cσ⁵ that Newton-Schulz applies to singular values: chosen for a steep
 * start, so that few steps are enough; where it is repeated, it does not come to rest at 1 but stays around it.
 */
const [A, B, C] = [3.4445, -4.775, 2.0315] as const;

/** Keeps a gradient of zeros what it is. */
const EPSILON = 1e-7;

/**
 * Moves the singular values of a matrix to about 1 and keeps its singular vectors: U S Vᵀ becomes U S' Vᵀ with S' between
 * about 0.7 and 1.2 for values that were not far below the largest, nearly the closest semi-orthogonal matrix.
 *
 * Newton-Schulz iteration with a quintic, as in Muon (K. Jordan et al., "Muon: An optimizer for hidden layers in neural
 * networks", 2024): X ← G / ‖G‖, and in each step X ← aX + b(XXᵀ)X + c(XXᵀ)²X, of products alone.
 *
 * @param matrix float32, [rows, columns].
 * @param steps of the iteration, 1 or more. Default 3.
 * @throws RangeError on another rank or steps that are not a whole number of 1 or more.
 */
export function orthogonalize(matrix: Tensor2D, steps = 3): Tensor2D {
  if (matrix.rank !== 2) {
    throw new RangeError(`orthogonalize: the matrix has shape ${show(matrix.shape)}, but [rows, columns] is needed.`);
  }
  assertCount('orthogonalize: steps', steps);
  return tidy(() => {
    const [rows, columns] = matrix.shape;
    // XᵀX and XXᵀ do the same; the smaller one costs less.
    const isTall = rows >= columns;
    let x: Tensor2D = div(matrix, add(sqrt(sum(square(matrix))), EPSILON));
    for (let step = 0; step < steps; step++) {
      const previous = x;
      x = tidy(() => {
        const gram = matMul(previous, previous, isTall, !isTall);
        const polynomial = add(mul(gram, B), mul(matMul(gram, gram), C)) as Tensor2D;
        const higher = isTall ? matMul(previous, polynomial) : matMul(polynomial, previous);
        return add(mul(previous, A), higher);
      });
      previous.dispose();
    }
    return x;
  });
}
