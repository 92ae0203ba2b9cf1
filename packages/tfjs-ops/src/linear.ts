import { show } from '@cifarlab/internals/show';
import { fused, matMul, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { runCustomOp } from './custom-op.js';

/**
 * Computes x W + b, a linear layer, with a gradient for each: forwards in one kernel (`_FusedMatMul`), backwards in one for
 * each gradient that is needed. Unlike `tf.fused.matMul` it does not compute that of x if nothing needs it, as in a
 * network's first layer, where it costs as much as that of W.
 *
 * @param x float32, [S, in].
 * @param weight float32, [in, out].
 * @param bias float32, [out].
 * @returns [S, out].
 * @throws RangeError on other shapes; TypeError on tensors that are not float32.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor2D {
  assertInputs(x, weight, bias);
  const [y] = runCustomOp({
    inputs: { x, weight, bias },
    forward(save) {
      save([x, weight]);
      return [fused.matMul({ a: x, b: weight, bias })];
    },
    backward: ([dy], [savedX, savedWeight]) => ({
      x: () => matMul(dy!, savedWeight!, false, true),
      weight: () => matMul(savedX!, dy!, true, false),
      bias: () => sum(dy!, 0),
    }),
  });
  return y as Tensor2D;
}

function assertInputs(x: Tensor, weight: Tensor, bias: Tensor): void {
  for (const [name, { dtype }] of Object.entries({ x, weight, bias })) {
    if (dtype !== 'float32') {
      throw new TypeError(`linear: ${name} has dtype ${dtype}, but float32 is needed; cast it first.`);
    }
  }
  if (x.rank !== 2) throw new RangeError(`linear: x has shape ${show(x.shape)}, but [S, in] is needed; reshape it.`);
  const [nIn] = x.shape.slice(1) as [number];
  if (weight.rank !== 2 || weight.shape[0] !== nIn) {
    throw new RangeError(
      `linear: weight has shape ${show(weight.shape)}, but x of shape ${show(x.shape)} needs [${nIn}, out].`,
    );
  }
  const nOut = weight.shape[1]!;
  if (bias.rank !== 1 || bias.size !== nOut) {
    throw new RangeError(
      `linear: bias has shape ${show(bias.shape)}, but a weight of shape ${show(weight.shape)} needs [${nOut}].`,
    );
  }
}
