import { assertBoolean, assertCount, assertOneOf, assertUint32 } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { RandomState } from '@cifarlab/numpy-random';
import { BatchNorm, biasedConv2d, foldNorm, type Rectifier, rectify } from '@cifarlab/tfjs-ops';
import { conv2d, depthwiseConv2d, type serialization, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { heNormal } from '../torch/he-normal.js';
import type { TorchNamed } from '../torch/torch-entries.js';
import { kernelNames, normNames } from '../torch/torch-names.js';
import { BATCH_NORM_MODES, type BatchNormMode } from './batch-norm-mode.js';
import { savedName } from './saved-name.js';
import { checkedSeed, type Seed } from './seed.js';
import { imageShape, type Shape, singleInput } from './shape.js';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;

const RECTIFIERS: readonly Rectifier[] = ['linear', 'relu', 'relu6'];

/** Arguments of {@link ConvNorm}, besides those of every tf.layers layer. */
export interface ConvNormArguments extends LayerArguments {
  /** The name of the convolution's module in PyTorch, which may start with `_`, as a layer's cannot. Default the layer's. */
  module?: string;
  /** The name of the batch normalisation's module in PyTorch: `bn1`, `_blocks.0._bn1`. */
  norm: string;
  /** Channels of the output; a depthwise convolution has those of its input. */
  filters?: number;
  /** Whether each channel has its own filter. Default false. */
  depthwise?: boolean;
  /** Height and width of the kernel. */
  kernelSize: number;
  /** Stride in both directions. Default 1. */
  stride?: number;
  /** `same`, as in TensorFlow, or the pixels on each of the four sides, as in PyTorch. Default `same`. */
  padding?: 'same' | number;
  /** Activation after the normalisation. Default `linear`. */
  activation?: Rectifier;
  /** Statistics in training. Default `frozen`. */
  batchNorm?: BatchNormMode;
  /** Constant added to the variance under the root. Default 1e-5. */
  epsilon?: number;
  /** Weight of the newest batch in the running statistics, in PyTorch's sense. Default 0.1. */
  momentum?: number;
  /** The part of the network that it is in, counted from 0: see {@link freezeStages}. Default 0. */
  stage?: number;
  /** Seed of the initial kernel. */
  seed: Seed;
}

/**
 * A convolution without a bias, batch normalisation, and a rectifier: what the networks for ImageNet are made of.
 *
 *     y = activation(gamma · (conv(x) − mean) / √(variance + epsilon) + beta)
 *
 * With `frozen` statistics mean and variance are the layer's own in training, too, and never change, while kernel, gamma
 * and beta are trained: for fine-tuning on few or small images. The normalisation is then folded into the kernel at every
 * step, so that training passes over the images as seldom as prediction does. With `training` they are the batch's, and
 * the running ones move, in PyTorch's conventions; a layer that is not trainable keeps its own even then.
 *
 * Weights: `kernel` [kernelSize, kernelSize, channels, filters], or, `depthwise`, [kernelSize, kernelSize, channels, 1];
 * `gamma`, `beta` (trainable), `running_mean`, `running_variance`, each [filters]. The kernel starts from
 * N(0, 2 / fanOut), drawn from the seed in PyTorch's layout.
 *
 * Input [batch, height, width, channels] with the channels known, output [batch, outHeight, outWidth, filters].
 */
export class ConvNorm extends layers.Layer implements TorchNamed {
  static get className(): string {
    return 'CifarlabConvNorm';
  }

  /** The name of the convolution's module in PyTorch. */
  readonly module: string;
  /** The name of the batch normalisation's module in PyTorch. */
  readonly norm: string;
  /** Channels of the output; undefined for a depthwise convolution, which has those of its input. */
  readonly filters: number | undefined;
  /** Whether each channel has its own filter. */
  readonly depthwise: boolean;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** Stride in both directions. */
  readonly stride: number;
  /** Pixels on each side, or `same`. */
  readonly padding: 'same' | number;
  /** Activation after the normalisation. */
  readonly activation: Rectifier;
  /** Statistics in training. */
  readonly batchNorm: BatchNormMode;
  /** The part of the network that it is in. */
  readonly stage: number;
  /** Seed of the initial kernel. */
  readonly seed: Seed;
  readonly #norm: BatchNorm;
  #kernel: LayerWeight | undefined;
  #isFast = false;

  /** @throws RangeError or TypeError on arguments out of range or missing. */
  constructor(args: ConvNormArguments) {
    super(args);
    const { module = this.name, norm, filters, kernelSize, seed } = args;
    const { depthwise = false, stride = 1, padding = 'same' } = args;
    const { activation = 'linear', batchNorm = 'frozen', epsilon = 1e-5, momentum = 0.1, stage = 0 } = args;
    if (typeof norm !== 'string' || norm === '') {
      throw new TypeError(
        `${this.name}: norm must be the name of the batch normalisation's module; got ${show(norm)}.`,
      );
    }
    assertBoolean(`${this.name}: depthwise`, depthwise);
    if (!depthwise) assertCount(`${this.name}: filters`, filters);
    else if (filters !== undefined) {
      throw new RangeError(
        `${this.name}: filters is ${show(filters)}, but a depthwise convolution has as many as its input has channels; ` +
          'leave it out.',
      );
    }
    assertCount(`${this.name}: kernelSize`, kernelSize);
    assertCount(`${this.name}: stride`, stride);
    if (padding !== 'same') assertUint32(`${this.name}: padding`, padding);
    assertOneOf(`${this.name}: activation`, activation, RECTIFIERS);
    assertOneOf(`${this.name}: batchNorm`, batchNorm, BATCH_NORM_MODES);
    assertUint32(`${this.name}: stage`, stage);
    this.module = module;
    this.norm = norm;
    this.filters = filters;
    this.depthwise = depthwise;
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.activation = activation;
    this.batchNorm = batchNorm;
    this.stage = stage;
    this.seed = checkedSeed(this.name, seed);
    this.#norm = new BatchNorm({ name: `${this.name}/norm`, epsilon, momentum });
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    return new cls({ ...config, module: savedName(config.module), norm: savedName(config.norm) });
  }

  get torchNames(): Readonly<Record<string, string>> {
    return { ...kernelNames(this.module), ...normNames(this.norm) };
  }

  /** tf.layers calls it when it loads a model: weights need not be drawn then. */
  override setFastWeightInitDuringBuild(value: boolean): void {
    super.setFastWeightInitDuringBuild(value);
    this.#isFast = value;
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = imageShape(this.name, inputShape)[3];
    const { kernelSize, depthwise, seed } = this;
    const filters = this.filters ?? channels;
    const kernelShape = [kernelSize, kernelSize, channels, depthwise ? 1 : filters];
    this.#kernel = this.addWeight('kernel', kernelShape, 'float32', heNormal(new RandomState(seed)));
    const norm = this.#norm;
    norm.setFastWeightInitDuringBuild(this.#isFast);
    norm.build([null, filters]);
    this.trainableWeights = [this.#kernel, ...norm.trainableWeights];
    this.nonTrainableWeights = norm.nonTrainableWeights;
    this.inputSpec = [{ ndim: 4, axes: { 3: channels } }];
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width, channels] = imageShape(this.name, inputShape);
    const { kernelSize, stride, padding } = this;
    const outSize = (size: number | null) => {
      if (size === null) return null;
      return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size + 2 * padding - kernelSize) / stride) + 1;
    };
    return [batch, outSize(height), outSize(width), this.filters ?? channels];
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean }): Tensor {
    return tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const x = singleInput<Tensor4D>(this.name, inputs);
      const movesStatistics = kwargs.training === true && this.batchNorm === 'training' && this.trainable;
      return movesStatistics ? this.#withBatchStatistics(x) : this.#withOwnStatistics(x);
    });
  }

  override getConfig(): serialization.ConfigDict {
    const { module, norm, depthwise, kernelSize, stride, padding, activation, batchNorm, stage, filters, seed } = this;
    const { epsilon, momentum } = this.#norm;
    return {
      ...super.getConfig(),
      ...{
        module: { name: module },
        norm: { name: norm },
        depthwise,
        kernelSize,
        stride,
        padding,
        activation,
        batchNorm,
        epsilon,
        momentum,
        stage,
      },
      ...(filters === undefined ? {} : { filters }),
      seed: seed as number,
    };
  }

  #withOwnStatistics(x: Tensor4D): Tensor {
    const { depthwise, stride, padding, activation } = this;
    const [gamma, beta, mean, variance] = this.#norm.weights.map((weight) => weight.read()) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const { epsilon } = this.#norm;
    const { filter, bias } = foldNorm(this.#kernel!.read(), { gamma, beta, mean, variance, epsilon }, { depthwise });
    return biasedConv2d(x, filter, bias, { stride, padding, depthwise, activation });
  }

  #withBatchStatistics(x: Tensor4D): Tensor {
    const { depthwise, stride, padding, activation } = this;
    const kernel = this.#kernel!.read() as Tensor4D;
    const z = depthwise ? depthwiseConv2d(x, kernel, stride, padding) : conv2d(x, kernel, stride, padding);
    return rectify(this.#norm.call(z, { training: true }), activation);
  }
}
