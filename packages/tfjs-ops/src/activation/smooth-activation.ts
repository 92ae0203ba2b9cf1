import { assertOneOf } from '@cifarlab/internals/checks';
import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { isRecording, runCustomOp } from '../custom-op.js';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import { SMOOTH_ACTIVATIONS, type SmoothActivation } from './activations.js';
import { backwardFormula, forwardFormula } from './formula.js';

/**
 * Computes a smooth activation of every number, with its gradient: one pass over x in each direction if the backend has
 * the kernels `CifarlabSmoothActivation` and `CifarlabSmoothActivationGrad`. With `CifarlabSmoothActivationWithSlope` the pass
 * forward, which has the exponential at hand, also makes the slope, and the one backward is a multiplication.
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
  // Not in `forward`, of which tfjs's check for leaks takes whatever is neither an input nor an output for one.
  const both =
    isRecording() && hasFusedKernel('CifarlabSmoothActivationWithSlope')
      ? runFusedKernel('CifarlabSmoothActivationWithSlope', { x }, { activation })
      : undefined;
  const [y] = runCustomOp({
    inputs: { x },
    forward(save) {
      if (both) {
        save([both[1]!]);
        return [both[0]!.clone()];
      }
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
      return { x: () => (both ? mul(dy!, saved!) : gradient(dy!, saved!, activation)) };
    },
  });
  return y as T;
}

function gradient(dy: Tensor, x: Tensor, activation: SmoothActivation): Tensor {
  if (!hasFusedKernel('CifarlabSmoothActivationGrad')) return backwardFormula(dy, x, activation);
  return runFusedKernel('CifarlabSmoothActivationGrad', { dy, x }, { activation })[0]!;
}
