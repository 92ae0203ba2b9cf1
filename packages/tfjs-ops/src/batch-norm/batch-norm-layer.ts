import { assertBoolean, assertNonNegative, assertOneOf } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { add, batchNorm, mul, relu, reshape, type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import { isRecording } from '../custom-op.js';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import { BATCH_NORM_ACTIVATIONS, type BatchNormActivation } from './activation.js';
import { batchNormTraining } from './batch-norm-training.js';

/** The arguments of any tf.layers layer: `name`, `inputShape`, `trainable`, … */
type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;
type Shape = (number | null)[];

/** Arguments of {@link BatchNorm}, besides those of every tf.layers layer. */
export interface BatchNormArguments extends LayerArguments {
  /** Weight of the newest batch in the running statistics, 0 to 1. Default 0.1: PyTorch's sense, one minus Keras's. */
  momentum?: number;
  /** Constant added to the variance under the root. Default 1e-5. */
  epsilon?: number;
  /** `relu` gives max(0, y). Default `linear`. */
  activation?: BatchNormActivation;
  /** Whether gamma is trained; otherwise it stays what it starts at. Default true. */
  trainGamma?: boolean;
  /** Initial value of every gamma. Default 1; with 0, a residual branch contributes nothing at first. */
  initialGamma?: number;
  /** Initial value of every beta. Default 0. */
  initialBeta?: number;
}

/**
 * Batch normalisation over the last axis as a tf.layers layer, in PyTorch's conventions (`torch.nn.BatchNorm1d`, `2d`,
 * `3d`), optionally with the ReLU that follows it.
 *
 * Called with `{ training: true }`, as `fit` does, it normalises with the batch's statistics and moves the running ones:
 *
 *     running ← (1 − momentum) · running + momentum · batch        with the batch's mean and unbiased variance
 *
 * Otherwise it normalises with the running ones, and changes nothing. `trainable = false` stops the updates of gamma and
 * beta alone, as in PyTorch.
 *
 * Weights, each [C]: `gamma` and `beta` (trainable, gamma unless `trainGamma` is false), `running_mean` (starts at 0) and `running_variance` (at 1).
 *
 * Input and output: [batch, ..., C] with C known. Training throws RangeError on one value per channel.
 */
export class BatchNorm extends layers.Layer {
  // A getter, since a static property would keep bundlers from dropping the class when it is not used.
  static get className(): string {
    return 'CifarlabBatchNorm';
  }

  /** Weight of the newest batch in the running statistics. */
  readonly momentum: number;
  /** Constant added to the variance under the root. */
  readonly epsilon: number;
  /** Activation after the normalisation, in the same pass. */
  readonly activation: BatchNormActivation;
  /** Whether gamma is trained. */
  readonly trainGamma: boolean;
  /** Initial value of every gamma. */
  readonly initialGamma: number;
  /** Initial value of every beta. */
  readonly initialBeta: number;
  #weights:
    | { gamma: LayerWeight; beta: LayerWeight; runningMean: LayerWeight; runningVariance: LayerWeight }
    | undefined;

  /** @throws RangeError on a momentum outside 0 to 1, an epsilon below 0, or an unknown activation. */
  constructor(args: BatchNormArguments = {}) {
    super(args);
    const { momentum = 0.1, epsilon = 1e-5, activation = 'linear', initialGamma = 1, initialBeta = 0 } = args;
    const { trainGamma = true } = args;
    if (!(momentum >= 0 && momentum <= 1)) throw new RangeError(`momentum must be from 0 to 1; got ${show(momentum)}.`);
    assertNonNegative('epsilon', epsilon);
    assertOneOf('activation', activation, BATCH_NORM_ACTIVATIONS);
    for (const [what, value] of Object.entries({ initialGamma, initialBeta })) {
      if (!Number.isFinite(value)) throw new RangeError(`${what} must be a finite number; got ${show(value)}.`);
    }
    assertBoolean('trainGamma', trainGamma);
    this.trainGamma = trainGamma;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.activation = activation;
    this.initialGamma = initialGamma;
    this.initialBeta = initialBeta;
    this.supportsMasking = true;
  }

  /** The names of the weights in PyTorch, by those here: `<layer>.weight` is gamma. */
  get torchNames(): Readonly<Record<string, string>> {
    return {
      gamma: `${this.name}.weight`,
      beta: `${this.name}.bias`,
      running_mean: `${this.name}.running_mean`,
      running_variance: `${this.name}.running_var`,
    };
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = single<Shape>(Array.isArray(inputShape[0]) ? (inputShape as Shape[]) : [inputShape as Shape]);
    const channels = shape.at(-1);
    if (shape.length < 2 || channels == null) {
      throw new RangeError(
        `${this.name}: the input has shape ${show(shape)}, but [batch, ..., channels] with a known number of channels ` +
          'is needed.',
      );
    }
    const weight = (name: string, value: number, trainable: boolean) =>
      this.addWeight(name, [channels], 'float32', initializers.constant({ value }), undefined, trainable);
    this.#weights = {
      gamma: weight('gamma', this.initialGamma, this.trainGamma),
      beta: weight('beta', this.initialBeta, true),
      runningMean: weight('running_mean', 0, false),
      runningVariance: weight('running_variance', 1, false),
    };
    this.inputSpec = [{ ndim: shape.length, axes: { [shape.length - 1]: channels } }];
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean }): Tensor {
    return tidy(() => {
      const x = single(Array.isArray(inputs) ? inputs : [inputs]);
      this.invokeCallHook(inputs, kwargs);
      return kwargs.training === true ? this.#train(x) : this.#evaluate(x);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return {
      ...super.getConfig(),
      momentum: this.momentum,
      epsilon: this.epsilon,
      activation: this.activation,
      trainGamma: this.trainGamma,
      initialGamma: this.initialGamma,
      initialBeta: this.initialBeta,
    };
  }

  #train(x: Tensor): Tensor {
    const { gamma, beta, runningMean, runningVariance } = this.#weights!;
    const { epsilon, activation } = this;
    const { y, mean, variance } = batchNormTraining(x, gamma.read(), beta.read(), { epsilon, activation });
    const count = x.size / mean.size;
    this.#move(runningMean, mean);
    this.#move(runningVariance, variance, count / (count - 1));
    return y;
  }

  /** Moves a running statistic towards the batch's, times `scale`. */
  #move(running: LayerWeight, batch: Tensor, scale = 1): void {
    const { momentum } = this;
    if (hasFusedKernel('CifarlabRunningAverage')) {
      const inputs = { running: running.read(), batch };
      running.write(runFusedKernel('CifarlabRunningAverage', inputs, { momentum, scale })[0]!);
      return;
    }
    const scaled = scale === 1 ? batch : mul(batch, scale);
    running.write(add(mul(running.read(), 1 - momentum), mul(scaled, momentum)));
  }

  #evaluate(x: Tensor): Tensor {
    const { gamma, beta, runningMean, runningVariance } = this.#weights!;
    const channels = x.shape.at(-1)!;
    const [mean, variance] = [runningMean.read(), runningVariance.read()];
    if (hasFusedKernel('CifarlabBatchNormInference') && !isRecording()) {
      const inputs = { x, gamma: gamma.read(), beta: beta.read(), mean, variance };
      const { epsilon, activation } = this;
      return runFusedKernel('CifarlabBatchNormInference', inputs, { epsilon, activation })[0]!;
    }
    // tf.batchNorm goes up to rank 4.
    const flat = x.rank > 4 ? reshape(x, [-1, channels]) : x;
    const normalised = batchNorm(
      flat,
      mean as never,
      variance as never,
      beta.read() as never,
      gamma.read() as never,
      this.epsilon,
    );
    const y = this.activation === 'relu' ? relu(normalised) : normalised;
    return flat === x ? y : reshape(y, x.shape);
  }
}

/** Returns the one element of a list of inputs. */
function single<T>(list: T[]): T {
  if (list.length !== 1) throw new RangeError(`BatchNorm takes 1 input; got ${list.length}.`);
  return list[0]!;
}
