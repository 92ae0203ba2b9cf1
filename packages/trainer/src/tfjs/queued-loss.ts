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
  type Scalar,
  scalar,
  softmax,
  stack,
  sub,
  sum,
  type Tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { dropTape } from './loss-gradients.js';

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

/** The part of tfjs's engine that runs an op with its own gradient and several outputs. */
interface GradientEngine {
  runKernelFunc(params: {
    inputs: NamedTensorMap;
    forwardFunc(backend: unknown, save: (tensors: Tensor[]) => void): Tensor[];
    backwardsFunc(dys: unknown, saved: Tensor[]): Record<string, () => Tensor>;
  }): Tensor[];
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
  const lossOf = (logits: Tensor) => {
    const [loss, both] = (engine() as unknown as GradientEngine).runKernelFunc({
      inputs: { logits },
      forwardFunc(_, save) {
        const queued = queuedLoss(logits, targetsOf(logits), examples);
        save([queued.gradient]);
        // What is differentiated has a gradient of 1 from above; its value is in the sums.
        return [scalar(0), queued.sums, queued.gradient];
      },
      // What was saved is disposed after the backward pass, and the gradient of logits that are a variable is this one itself.
      backwardsFunc: (_, [gradient]) => ({ logits: () => gradient!.clone() }),
    });
    sums = keep(both!);
    return loss as Scalar;
  };
  try {
    const { grads } = variableGrads(() => lossOf(forward()), variables);
    return { gradients: grads, sums: sums! };
  } catch (error) {
    sums?.dispose();
    dropTape();
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
