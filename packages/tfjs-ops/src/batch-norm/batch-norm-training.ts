import { assertKnownKeys, assertNonNegative, assertOneOf } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { isRecording, runCustomOp } from '../custom-op.js';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import { BATCH_NORM_ACTIVATIONS, type BatchNormActivation } from './activation.js';
import { type BatchNormAttributes, type BatchNormSaved, backwardFormula, forwardFormula } from './formula.js';

/** Options of {@link batchNormTraining}. */
export interface BatchNormTrainingOptions {
  /** Constant added to the variance under the root. Default 1e-5, as in PyTorch. */
  epsilon?: number;
  /** `relu` gives max(0, y) in the same pass. Default `linear`. */
  activation?: BatchNormActivation;
}

/**
 * The result of {@link batchNormTraining}. A type, not an interface, so that it is a tf.TensorContainer, which tf.tidy
 * can return.
 */
export type BatchNormTrainingResult<T extends Tensor = Tensor> = {
  /** The normalised values, of x's shape. */
  y: T;
  /** The batch's mean, [C]; for running statistics, no gradient flows through it. */
  mean: Tensor1D;
  /** The batch's biased variance, [C]; for running statistics, no gradient flows through it. */
  variance: Tensor1D;
};

/**
 * Computes batch normalisation in training mode: with the statistics of the batch itself, taken over all axes but the
 * last, and with a gradient for x, gamma and beta.
 *
 *     y = gamma · (x − mean) / √(variance + epsilon) + beta        mean, variance [C] over N = size / C values
 *
 * Ioffe and Szegedy (arXiv:1502.03167); PyTorch's `torch.nn.functional.batch_norm(training=True)`. The variance is the
 * biased one, as y needs it; running statistics take `variance · N / (N − 1)`. A loss that depends on `mean` or
 * `variance` directly, and second derivatives, throw when their gradient is taken.
 *
 * Uses the backend's kernels `CifarlabBatchNormTraining` and `CifarlabBatchNormTrainingGrad` if it has them.
 *
 * @param x float32, [..., C] with a rank of 2 or more and at least 2 values per channel.
 * @param gamma float32, [C]: the scale.
 * @param beta float32, [C]: the offset.
 * @throws RangeError on other shapes, on one value per channel, on an epsilon below 0 and on an unknown activation;
 *   TypeError on tensors that are not float32.
 */
export function batchNormTraining<T extends Tensor>(
  x: T,
  gamma: Tensor,
  beta: Tensor,
  options: BatchNormTrainingOptions = {},
): BatchNormTrainingResult<T> {
  assertKnownKeys('batchNormTraining', options, ['epsilon', 'activation']);
  const { epsilon = 1e-5, activation = 'linear' } = options;
  assertNonNegative('epsilon', epsilon);
  assertOneOf('activation', activation, BATCH_NORM_ACTIVATIONS);
  assertInputs(x, gamma, beta);

  return tidy(() => {
    const [y, mean, variance] = run(x, gamma, beta, { epsilon, activation });
    return { y: y as T, mean: guard('mean', mean!), variance: guard('variance', variance!) };
  });
}

function run(x: Tensor, gamma: Tensor, beta: Tensor, attributes: BatchNormAttributes): Tensor[] {
  const isRelu = attributes.activation === 'relu';
  return runCustomOp({
    inputs: { x, gamma, beta },
    forward(save) {
      const outputs = hasFusedKernel('CifarlabBatchNormTraining')
        ? runFusedKernel('CifarlabBatchNormTraining', { x, gamma, beta }, { ...attributes })
        : forwardFormula(x, gamma, beta, attributes);
      const [y, mean, variance] = outputs as [Tensor, Tensor, Tensor];
      save(isRelu ? [x, gamma, mean, variance, y] : [x, gamma, mean, variance]);
      return outputs;
    },
    backward([dy], saved) {
      if (isRecording()) {
        throw new Error(
          'batchNormTraining has first derivatives only, but a gradient of its gradient was asked for; compose it of ' +
            'tf.moments and tf.batchNorm where second derivatives are needed.',
        );
      }
      const [savedX, savedGamma, mean, variance, y] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor?];
      // Without relu nothing reads y, so it is not kept, and x stands in for it.
      return gradients(dy!, { x: savedX, gamma: savedGamma, mean, variance, y: y ?? savedX }, attributes);
    },
  });
}

function gradients(dy: Tensor, saved: BatchNormSaved, attributes: BatchNormAttributes): Record<string, () => Tensor> {
  if (!hasFusedKernel('CifarlabBatchNormTrainingGrad')) {
    const { dx, dgamma, dbeta } = backwardFormula(dy, saved, attributes);
    return { x: dx, gamma: dgamma, beta: dbeta };
  }
  const outputs = runFusedKernel('CifarlabBatchNormTrainingGrad', { dy, ...saved }, { ...attributes });
  const [dx, dgamma, dbeta] = outputs as [Tensor, Tensor, Tensor];
  return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
}

/** Returns the same values, with a gradient that throws: better than one that is silently left out. */
function guard(what: string, statistic: Tensor): Tensor1D {
  const [guarded] = runCustomOp({
    inputs: { statistic },
    forward: () => [statistic.clone()],
    backward() {
      throw new Error(
        `batchNormTraining: the loss depends on the output '${what}', which has no gradient: it is for running ` +
          'statistics. Use tf.moments for statistics that gradients flow through.',
      );
    },
  });
  return guarded as Tensor1D;
}

function assertInputs(x: Tensor, gamma: Tensor, beta: Tensor): void {
  for (const [name, tensor] of Object.entries({ x, gamma, beta })) {
    if (tensor.dtype !== 'float32') {
      throw new TypeError(
        `batchNormTraining: ${name} has dtype ${tensor.dtype}, but float32 is needed; cast it first.`,
      );
    }
  }
  if (x.rank < 2) {
    throw new RangeError(
      `batchNormTraining: x has shape ${show(x.shape)}, but [..., channels] with a rank of 2 or more is needed.`,
    );
  }
  const channels = x.shape.at(-1)!;
  for (const [name, tensor] of Object.entries({ gamma, beta })) {
    if (tensor.rank !== 1 || tensor.size !== channels) {
      throw new RangeError(
        `batchNormTraining: ${name} has shape ${show(tensor.shape)}, but x of shape ${show(x.shape)} needs [${channels}].`,
      );
    }
  }
  const count = x.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  if (count < 2) {
    throw new RangeError(
      `batchNormTraining: x of shape ${show(x.shape)} has ${count} value${count === 1 ? '' : 's'} per channel, but a ` +
        'variance needs 2 or more; use larger batches, or normalise with running statistics (tf.batchNorm).',
    );
  }
}
