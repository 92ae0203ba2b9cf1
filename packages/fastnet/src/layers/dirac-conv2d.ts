import { assertBoolean, assertCount } from '@cifarlab/internals/checks';
import { RandomState } from '@cifarlab/numpy-random';
import {
  checkedSeed,
  imageShape,
  type Seed,
  type Shape,
  singleInput,
  type TorchNamed,
  torchUniform,
} from '@cifarlab/torch-layers';
import { conv2d, type serialization, type Tensor, type Tensor4D, tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;
type Initializer = ReturnType<typeof torchUniform>;

/** Arguments of {@link DiracConv2d}, besides those of every tf.layers layer. */
export interface DiracConv2dArguments extends LayerArguments {
  /** Channels of the output. */
  filters: number;
  /** Seed of the initial weights. */
  seed: Seed;
  /** Whether the first filters start as the identity. Default true. */
  dirac?: boolean;
}

/** Height and width of the kernel. */
const SIZE = 3;

/**
 * A 3x3 convolution of stride 1 that keeps height and width, without a bias:
 * `torch.nn.Conv2d(channels, filters, 3, padding="same", bias=False)`.
 *
 * Weights: `kernel` [3, 3, channels, filters]. Filter k < channels starts as the identity of channel k
 * (`torch.nn.init.dirac_`; S. Zagoruyko and N. Komodakis, arXiv:1706.00388), so that the layer begins as a residual
 * connection does; the others, and without `dirac` all of them, start from U(−1/√fanIn, 1/√fanIn), drawn from the seed in
 * PyTorch's layout.
 *
 * Input [batch, height, width, channels] with the channels known, output [batch, height, width, filters].
 */
export class DiracConv2d extends layers.Layer implements TorchNamed {
  static get className(): string {
    return 'CifarlabDiracConv2d';
  }

  /** Channels of the output. */
  readonly filters: number;
  /** Seed of the initial weights. */
  readonly seed: Seed;
  /** Whether the first filters start as the identity. */
  readonly dirac: boolean;
  #kernel: LayerWeight | undefined;

  /** @throws RangeError or TypeError on filters below 1 and an invalid seed. */
  constructor(args: DiracConv2dArguments) {
    super(args);
    const { filters, seed, dirac = true } = args;
    assertCount(`${this.name}: filters`, filters);
    assertBoolean(`${this.name}: dirac`, dirac);
    this.filters = filters;
    this.seed = checkedSeed(this.name, seed);
    this.dirac = dirac;
  }

  get torchNames(): Readonly<Record<string, string>> {
    return { kernel: `${this.name}.weight` };
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = imageShape(this.name, inputShape)[3];
    const uniform = torchUniform(new RandomState(this.seed), SIZE ** 2 * channels);
    const shape = [SIZE, SIZE, channels, this.filters];
    this.#kernel = this.addWeight('kernel', shape, 'float32', this.dirac ? partlyDirac(uniform) : uniform);
    this.inputSpec = [{ ndim: 4, axes: { 3: channels } }];
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...imageShape(this.name, inputShape).slice(0, 3), this.filters];
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    this.invokeCallHook(inputs, kwargs);
    // Unlike tf.fused.conv2d it makes no gradient for x where nothing depends on it, as in the first layer that is trained.
    return conv2d(singleInput<Tensor4D>(this.name, inputs), this.#kernel!.read() as Tensor4D, 1, 'same');
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), filters: this.filters, seed: this.seed as number, dirac: this.dirac };
  }
}

/** Fills a kernel [size, size, channels, filters] with another initialiser's numbers and sets filter k to that of channel k. */
function partlyDirac(others: Initializer): Initializer {
  const apply = (shape: number[]) => {
    const [, , channels, filters] = shape as [number, number, number, number];
    const drawn = others.apply(shape);
    const values = drawn.dataSync<'float32'>().slice();
    drawn.dispose();
    const centre = (SIZE ** 2 - 1) / 2;
    for (let k = 0; k < Math.min(channels, filters); k++) {
      for (let i = k; i < values.length; i += filters) values[i] = 0;
      values[(centre * channels + k) * filters + k] = 1;
    }
    return tensor(values, shape);
  };
  return { apply } as unknown as Initializer;
}
