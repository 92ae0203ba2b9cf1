import {
  add,
  argMax,
  cast,
  engine,
  equal,
  getBackend,
  getKernel,
  keep,
  logSoftmax,
  mul,
  type NamedTensorMap,
  neg,
  softmax,
  stack,
  sub,
  sum,
  type Tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { backpropagate } from './backpropagate.js';

/** Tells whether the backend in use computes later than it is told to, and cannot be waited for without a promise. */
export function isQueued(): boolean {
  return getBackend() === 'webgpu';
}

/** The softmax cross-entropy as tensors. A type, not an interface, so that tidy can return it. */
type QueuedLoss = {
  /** The sum of the losses, and the number of rows whose largest logit is where the largest target is, [2]. */
  sums: Tensor;
  /** Gradient of the loss's mean over the examples, of the logits' shape. */
  gradient: Tensor;
};

const KERNEL = 'CifarlabSoftmaxCrossEntropy';

/** Computes {@link QueuedLoss} where the logits are, without reading them. */
function queuedLoss(logits: Tensor, targets: Tensor, examples: number): QueuedLoss {
  if (getKernel(KERNEL, getBackend()) != null) {
    const [sums, gradient] = engine().runKernel<Tensor[]>(KERNEL, { logits, targets }, { examples });
    return { sums: sums!, gradient: gradient! };
  }
  return tidy(() => {
    const losses = neg(sum(mul(targets, logSoftmax(logits))));
    const hits = sum(cast(equal(argMax(logits, 1), argMax(targets, 1)), 'float32'));
    const gradient = mul(sub(mul(sum(targets, 1, true), softmax(logits)), targets), 1 / examples);
    return { sums: stack([losses, hits]), gradient };
  });
}

/**
 * Queues the gradients of a batch's share in the mean loss over `examples`, without reading anything.
 *
 * @param forward makes the logits; in it gradients are recorded.
 * @param targetsOf makes the targets of these logits.
 * @returns gradients by the variable's name, to be disposed or in a tidy, and the sums of {@link QueuedLoss}, to be disposed.
 */
export function queuedGradients(
  forward: () => Tensor,
  targetsOf: (logits: Tensor) => Tensor,
  examples: number,
  variables: Variable[],
): { gradients: NamedTensorMap; sums: Tensor } {
  let sums: Tensor | undefined;
  const dyOf = (logits: Tensor) => {
    const queued = queuedLoss(logits, targetsOf(logits), examples);
    sums = keep(queued.sums);
    return queued.gradient;
  };
  try {
    return { gradients: backpropagate(forward, dyOf, variables), sums: sums! };
  } catch (error) {
    sums?.dispose();
    throw error;
  }
}

/** Adds up sums of parts of a batch; disposes both. */
export function addSums(a: Tensor | undefined, b: Tensor): Tensor {
  if (a === undefined) return b;
  const both = keep(add(a, b));
  a.dispose();
  b.dispose();
  return both;
}
