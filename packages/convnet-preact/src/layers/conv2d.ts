import { assertCount } from '@cifarlab/internals/checks';
import { RandomState } from '@cifarlab/numpy-random';
import { biasedConv2d } from '@cifarlab/tfjs-ops';
import {
  checkedSeed,
  imageShape,
  kernelAndBiasNames,
  type Seed,
  type Shape,
  singleInput,
  type TorchNamed,
  torchUniform,
} from '@cifarlab/torch-layers';
import { type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;

/** Arguments of {@link Conv2d}, besides those of every tf.layers layer. */
export interface Conv2dArguments extends LayerArguments {
  /** Channels of the output. */
  filters: number;
  /** Height and width of the kernel, odd. */
  kernelSize: number;
  /** Seed of the initial weights. */
  seed: Seed;
}

/**
 * A convolution of stride 1 that keeps height and width, with a bias and no activation, in PyTorch's conventions:
 * `torch.nn.Conv2d(channels, filters, kernelSize, padding=(kernelSize - 1) / 2)`.
 *
 * Weights: `kernel` [kernelSize, kernelSize, channels, filters], then `bias` [filters], from U(−1/√fanIn, 1/√fanIn) with
 * fanIn = kernelSize² · channels. They are drawn from the seed in PyTorch's layout and in that order.
 *
 * Input [batch, height, width, channels] with the channels known, output [batch, height, width, filters].
 */
export class Conv2d extends layers.Layer implements TorchNamed {
  static get className(): string {
    return 'CifarlabConv2d';
  }

  /** Channels of the output. */
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** Seed of the initial weights. */
  readonly seed: Seed;
  #weights: { kernel: LayerWeight; bias: LayerWeight } | undefined;

  /** @throws RangeError or TypeError on filters below 1, an even kernelSize, and an invalid seed. */
  constructor(args: Conv2dArguments) {
    super(args);
    const { filters, kernelSize, seed } = args;
    assertCount(`${this.name}: filters`, filters);
    assertCount(`${this.name}: kernelSize`, kernelSize);
    if (kernelSize % 2 === 0) {
      throw new RangeError(
        `${this.name}: kernelSize is ${kernelSize}, but only an odd one keeps height and width; give 1, 3, 5, …`,
      );
    }
    this.filters = filters;
    this.kernelSize = kernelSize;
    this.seed = checkedSeed(this.name, seed);
  }

  get torchNames(): Readonly<Record<string, string>> {
    return kernelAndBiasNames(this.name);
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = imageShape(this.name, inputShape)[3]!;
    const { filters, kernelSize, seed } = this;
    const initializer = torchUniform(new RandomState(seed), kernelSize ** 2 * channels);
    this.#weights = {
      kernel: this.addWeight('kernel', [kernelSize, kernelSize, channels, filters], 'float32', initializer),
      bias: this.addWeight('bias', [filters], 'float32', initializer),
    };
    this.inputSpec = [{ ndim: 4, axes: { 3: channels } }];
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...imageShape(this.name, inputShape).slice(0, 3), this.filters];
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    return tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return this.convolve(singleInput(this.name, inputs));
    });
  }

  /** Returns convolution(x) + bias, and + residual if there is one, which has the result's shape. */
  convolve(x: Tensor, options: { residual?: Tensor } = {}): Tensor {
    const { kernel, bias } = this.#weights!;
    return biasedConv2d(x, kernel.read(), bias.read(), options);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), filters: this.filters, kernelSize: this.kernelSize, seed: this.seed as number };
  }
}
