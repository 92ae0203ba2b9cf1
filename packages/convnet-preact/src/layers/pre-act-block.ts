import { BatchNorm } from '@cifarlab/tfjs-ops';
import {
  checkedSeed,
  imageShape,
  kernelAndBiasNames,
  normNames,
  type Seed,
  type Shape,
  singleInput,
  type TorchNamed,
} from '@cifarlab/torch-layers';
import { type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { Conv2d } from './conv2d.js';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Arguments of {@link PreActBlock}, besides those of every tf.layers layer. */
export interface PreActBlockArguments extends LayerArguments {
  /** Seed of the convolution's initial weights. */
  seed: Seed;
}

/**
 * A residual block with pre-activation (He et al., arXiv:1603.05027), one convolution long:
 *
 *     PreAct(x) = x + conv(relu(batchnorm(x)))
 *
 * The convolution is 3x3 with a padding of 1, a bias, and as many channels out as in. Batch normalisation has PyTorch's
 * conventions: with `training: true` it takes the batch's statistics and moves the running ones, otherwise it takes the
 * running ones.
 *
 * Weights: `gamma`, `beta`, `kernel` [3, 3, channels, channels], `bias` (trainable), `running_mean`, `running_variance`;
 * all but the kernel are [channels].
 *
 * Input [batch, height, width, channels] with the channels known, output of the same shape. Training throws RangeError
 * on one value per channel.
 */
export class PreActBlock extends layers.Layer implements TorchNamed {
  static get className(): string {
    return 'CifarlabPreActBlock';
  }

  /** Seed of the convolution's initial weights. */
  readonly seed: Seed;
  readonly #norm: BatchNorm;
  #conv: Conv2d | undefined;
  #isFast = false;

  /** @throws RangeError or TypeError on an invalid seed. */
  constructor(args: PreActBlockArguments) {
    super(args);
    this.seed = checkedSeed(this.name, args.seed);
    this.#norm = new BatchNorm({ name: `${this.name}/bn`, activation: 'relu' });
  }

  get torchNames(): Readonly<Record<string, string>> {
    return { ...normNames(`${this.name}.bn`), ...kernelAndBiasNames(`${this.name}.conv`) };
  }

  /** tf.layers calls it when it loads a model: weights need not be drawn then. */
  override setFastWeightInitDuringBuild(value: boolean): void {
    super.setFastWeightInitDuringBuild(value);
    this.#isFast = value;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = imageShape(this.name, inputShape);
    const norm = this.#norm;
    const conv = new Conv2d({ name: `${this.name}/conv`, filters: shape[3], kernelSize: 3, seed: this.seed });
    for (const part of [norm, conv]) {
      part.setFastWeightInitDuringBuild(this.#isFast);
      part.build(shape);
    }
    this.#conv = conv;
    this.trainableWeights = [...norm.trainableWeights, ...conv.trainableWeights];
    this.nonTrainableWeights = norm.nonTrainableWeights;
    this.inputSpec = [{ ndim: 4, axes: { 3: shape[3] } }];
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean }): Tensor {
    return tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const x = singleInput(this.name, inputs);
      return this.#conv!.convolve(this.#norm.call(x, kwargs), { residual: x });
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed as number };
  }
}
