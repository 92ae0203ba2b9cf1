import { assertCount, assertPositive } from '@cifarlab/internals/checks';
import { RandomState } from '@cifarlab/numpy-random';
import { checkedSeed, type Seed, type Shape, singleInput, type TorchNamed, torchUniform } from '@cifarlab/torch-layers';
import { matMul, mul, type serialization, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;

/** Arguments of {@link ScaledLinear}, besides those of every tf.layers layer. */
export interface ScaledLinearArguments extends LayerArguments {
  /** Features of the output. */
  units: number;
  /** Factor of the product, above 0. */
  scale: number;
  /** Seed of the initial weights. */
  seed: Seed;
}

/**
 * scale · x W, without a bias: `torch.nn.Linear(features, units, bias=False)` times a number.
 *
 * Weights: `kernel` [features, units], from U(−1/√features, 1/√features), drawn from the seed in PyTorch's layout.
 *
 * Input [batch, features] with the features known, output [batch, units].
 */
export class ScaledLinear extends layers.Layer implements TorchNamed {
  static get className(): string {
    return 'CifarlabScaledLinear';
  }

  /** Features of the output. */
  readonly units: number;
  /** Factor of the product. */
  readonly scale: number;
  /** Seed of the initial weights. */
  readonly seed: Seed;
  #kernel: LayerWeight | undefined;

  /** @throws RangeError or TypeError on units below 1, a scale of 0 or less, and an invalid seed. */
  constructor(args: ScaledLinearArguments) {
    super(args);
    const { units, scale, seed } = args;
    assertCount(`${this.name}: units`, units);
    assertPositive(`${this.name}: scale`, scale);
    this.units = units;
    this.scale = scale;
    this.seed = checkedSeed(this.name, seed);
  }

  get torchNames(): Readonly<Record<string, string>> {
    return { kernel: `${this.name}.weight` };
  }

  override build(inputShape: Shape): void {
    const features = inputShape.at(-1);
    if (inputShape.length !== 2 || features == null) {
      throw new RangeError(
        `${this.name}: the input has shape ${JSON.stringify(inputShape)}, but [batch, features] with known features is needed.`,
      );
    }
    const initializer = torchUniform(new RandomState(this.seed), features);
    this.#kernel = this.addWeight('kernel', [features, this.units], 'float32', initializer);
    this.inputSpec = [{ ndim: 2, axes: { 1: features } }];
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return [inputShape[0]!, this.units];
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    return tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const x = singleInput<Tensor2D>(this.name, inputs);
      return mul(matMul(x, this.#kernel!.read() as Tensor2D), this.scale);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, scale: this.scale, seed: this.seed as number };
  }
}
