import { assertOneOf } from '@cifarlab/internals/checks';
import { relu, relu6, type Tensor } from '@tensorflow/tfjs-core';
import { isRecording, runCustomOp } from '../custom-op.js';
import { RECTIFIERS, type Rectifier } from './rectifier.js';
import { rectifierGradient } from './rectifier-gradient.js';

/**
 * Applies a rectifier, with a gradient that is 0 at both kinks, as PyTorch's `relu` and `relu6`, and that keeps the result
 * alone for the backward pass.
 *
 * @param x float32, [..., C].
 * @returns x itself for `linear`.
 * @throws RangeError on an unknown activation; Error if second derivatives are requested.
 */
export function rectify<T extends Tensor>(x: T, activation: Rectifier): T {
  assertOneOf('activation', activation, RECTIFIERS);
  if (activation === 'linear') return x;
  const [y] = runCustomOp({
    inputs: { x },
    forward(save) {
      const y = activation === 'relu6' ? relu6(x) : relu(x);
      save([y]);
      return [y];
    },
    backward([dy], [saved]) {
      assertFirstDerivative('rectify');
      return { x: () => rectifierGradient(dy!, saved!, activation).dz };
    },
  });
  return y as T;
}

/** Throws where gradients of gradients are being taken. */
export function assertFirstDerivative(op: string): void {
  if (!isRecording()) return;
  throw new Error(
    `${op} has first derivatives only, but a gradient of its gradient was asked for; compose it of tfjs's own ops ` +
      'where second derivatives are needed.',
  );
}
