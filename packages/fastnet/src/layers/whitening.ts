import { assertBoolean, assertCount } from '@cifarlab/internals/checks';
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
import { type serialization, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;

/** Arguments of {@link Whitening}, besides those of every tf.layers layer. */
export interface WhiteningArguments extends LayerArguments {
  /** Seed of the initial weights. */
  seed: Seed;
  /** Whether the kernel is trained. Default false: it is the result of `whiten` on images. */
  trainKernel?: boolean;
  /** The last step in which the bias is trained, 0 or more; null: it always is. Default null. */
  biasSteps?: number | null;
}

/** Height and width of a patch. */
const SIZE = 2;

/**
 * A 2x2 convolution without padding whose filters decorrelate an image's patches: two for each principal component of a
 * patch, one the negative of the other, with a bias:
 * `torch.nn.Conv2d(channels, 8 * channels, 2)`.
 *
 * Weights: `kernel` [2, 2, channels, 8 · channels], not trained, then `bias` [8 · channels]. They start from
 * U(−1/√fanIn, 1/√fanIn), drawn from the seed in PyTorch's layout and in that order, until `whiten` replaces the kernel.
 *
 * Where the model is applied with `{ training: true, step }` and the step is after `biasSteps`, no gradient goes into
 * the bias, so the next layer need not compute the gradient of its input.
 *
 * Input [batch, height, width, channels] with the channels known, output [batch, height − 1, width − 1, 8 · channels].
 */
export class Whitening extends layers.Layer implements TorchNamed {
  static get className(): string {
    return 'CifarlabWhitening';
  }

  /** Seed of the initial weights. */
  readonly seed: Seed;
  /** Whether the kernel is trained. */
  readonly trainKernel: boolean;
  /** The last step in which the bias is trained; null: it always is. */
  readonly biasSteps: number | null;
  #weights: { kernel: LayerWeight; bias: LayerWeight } | undefined;

  /** @throws RangeError or TypeError on biasSteps below 0 and an invalid seed. */
  constructor(args: WhiteningArguments) {
    super(args);
    const { seed, trainKernel = false, biasSteps = null } = args;
    assertBoolean(`${this.name}: trainKernel`, trainKernel);
    if (biasSteps !== null && biasSteps !== 0) assertCount(`${this.name}: biasSteps`, biasSteps);
    this.seed = checkedSeed(this.name, seed);
    this.trainKernel = trainKernel;
    this.biasSteps = biasSteps;
  }

  get torchNames(): Readonly<Record<string, string>> {
    return kernelAndBiasNames(this.name);
  }

  /** The kernel, [2, 2, channels, 8 · channels]. */
  get kernel(): LayerWeight {
    return this.#weights!.kernel;
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = imageShape(this.name, inputShape)[3];
    const filters = filtersFor(channels);
    const initializer = torchUniform(new RandomState(this.seed), SIZE ** 2 * channels);
    this.#weights = {
      kernel: this.addWeight(
        'kernel',
        [SIZE, SIZE, channels, filters],
        'float32',
        initializer,
        undefined,
        this.trainKernel,
      ),
      bias: this.addWeight('bias', [filters], 'float32', initializer),
    };
    this.inputSpec = [{ ndim: 4, axes: { 3: channels } }];
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width, channels] = imageShape(this.name, inputShape);
    const less = (size: number | null) => (size === null ? null : size - SIZE + 1);
    return [batch, less(height), less(width), filtersFor(channels)];
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean; step?: number }): Tensor {
    return tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const x = singleInput<Tensor4D>(this.name, inputs);
      const { kernel, bias } = this.#weights!;
      const { training = false, step = 0 } = kwargs;
      const isConstant = training && this.biasSteps !== null && step > this.biasSteps;
      const values = bias.read();
      return biasedConv2d(x, kernel.read(), isConstant ? constant(values) : values, { padding: 0 });
    });
  }

  override getConfig(): serialization.ConfigDict {
    const { seed, trainKernel, biasSteps } = this;
    return { ...super.getConfig(), seed: seed as number, trainKernel, biasSteps };
  }
}

/** Two for each number of a patch. */
function filtersFor(channels: number): number {
  return 2 * SIZE ** 2 * channels;
}

/** Returns the same values, cut off from gradients. */
function constant(values: Tensor): Tensor {
  return tensor(values.dataSync<'float32'>(), values.shape);
}
