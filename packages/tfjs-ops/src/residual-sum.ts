import { show } from '@cifarlab/internals/show';
import { add, type Tensor } from '@tensorflow/tfjs-core';
import { runCustomOp } from './custom-op.js';

/**
 * Returns x + branch, the end of a residual block: two tensors of one shape and of float32.
 *
 * Unlike `tf.add`, which broadcasts and for that keeps both until their gradients are taken, it keeps neither: of each
 * residual block's memory in training, that is a large part.
 *
 * @throws RangeError when the shapes differ; TypeError on tensors that are not float32.
 */
export function residualSum<T extends Tensor>(x: T, branch: Tensor): T {
  for (const [name, { dtype }] of Object.entries({ x, branch })) {
    if (dtype !== 'float32') {
      throw new TypeError(`residualSum: ${name} has dtype ${dtype}, but float32 is needed; cast it first.`);
    }
  }
  if (`${x.shape}` !== `${branch.shape}`) {
    throw new RangeError(
      `residualSum: x has shape ${show(x.shape)} and branch ${show(branch.shape)}, but one shape is needed; tf.add broadcasts.`,
    );
  }
  const [sum] = runCustomOp({
    inputs: { x, branch },
    forward: () => [add(x, branch)],
    backward: ([dy]) => ({ x: () => dy!.clone(), branch: () => dy!.clone() }),
  });
  return sum as T;
}
