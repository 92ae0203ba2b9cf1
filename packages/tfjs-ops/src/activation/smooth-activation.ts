import { assertOneOf } from '@cifarlab/internals/checks';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isRecording, runCustomOp } from '../custom-op.js';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import { SMOOTH_ACTIVATIONS, type SmoothActivation } from './activations.js';
import { backwardFormula, forwardFormula } from './formula.js';

/**
 * Computes a smooth activation of every number, with its gradient: one pass over x in each direction if the backend has
 * the kernels `CifarlabSmoothActivation` and `CifarlabSmoothActivationGrad`.
 *
 * @param x float32, of any shape.
 * @returns of x's shape.
 * @throws RangeError on an unknown activation; TypeError when x is not float32; Error if second derivatives are
 *   requested.
 */
export function smoothActivation<T extends Tensor>(x: T, activation: SmoothActivation): T {
  assertOneOf('smoothActivation: activation', activation, SMOOTH_ACTIVATIONS);
  if (x.dtype !== 'float32') {
    throw new TypeError(`smoothActivation: x has dtype ${x.dtype}, but float32 is needed; cast it first.`);
  }
  const [y] = runCustomOp({
    inputs: { x },
    forward(save) {
      save([x]);
      if (!hasFusedKernel('CifarlabSmoothActivation')) return [forwardFormula(x, activation)];
      return runFusedKernel('CifarlabSmoothActivation', { x }, { activation });
    },
    backward([dy], [saved]) {
      if (isRecording()) {
        throw new Error(
          'smoothActivation has first derivatives only, but a gradient of its gradient was asked for; compose it of ' +
            'tf.sigmoid or tf.erf where second derivatives are needed.',
        );
      }
      return { x: () => gradient(dy!, saved!, activation) };
    },
  });
  return y as T;
}

function gradient(dy: Tensor, x: Tensor, activation: SmoothActivation): Tensor {
  if (!hasFusedKernel('CifarlabSmoothActivationGrad')) return backwardFormula(dy, x, activation);
  return runFusedKernel('CifarlabSmoothActivationGrad', { dy, x }, { activation })[0]!;
}
