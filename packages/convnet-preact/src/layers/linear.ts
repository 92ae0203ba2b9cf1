import { assertCount } from '@cifarlab/internals/checks';
import { RandomState } from '@cifarlab/numpy-random';
import { fused, type serialization, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { torchUniform } from '../torch/torch-uniform.js';
import { checkedSeed, type Seed } from './seed.js';
import { matrixShape, type Shape, singleInput } from './shape.js';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;

/** Arguments of {@link Linear}, besides those of every tf.layers layer. */
export interface LinearArguments extends LayerArguments {
  /** Features of the output. */
  units: number;
  /** Of the initial weights. */
  seed: Seed;
}

/**
 * x W + b, as `torch.nn.Linear(features, units)`.
 *
 * Weights: `kernel` [features, units], then `bias` [units], from U(−1/√features, 1/√features). They are drawn from the
 * seed in PyTorch's layout and in that order.
 *
 * Input [batch, features] with the features known, output [batch, units].
 */
export class Linear extends layers.Layer {
  static get className(): string {
    return 'CifarlabLinear';
  }

  /** Features of the output. */
  readonly units: number;
  /** Of the initial weights. */
  readonly seed: Seed;
  #weights: { kernel: LayerWeight; bias: LayerWeight } | undefined;

  /** @throws RangeError or TypeError on units below 1 and a seed that is none. */
  constructor(args: LinearArguments) {
    super(args);
    assertCount(`${this.name}: units`, args.units);
    this.units = args.units;
    this.seed = checkedSeed(this.name, args.seed);
  }

  override build(inputShape: Shape | Shape[]): void {
    const features = matrixShape(this.name, inputShape)[1];
    const { units, seed } = this;
    const initializer = torchUniform(new RandomState(seed), features);
    this.#weights = {
      kernel: this.addWeight('kernel', [features, units], 'float32', initializer),
      bias: this.addWeight('bias', [units], 'float32', initializer),
    };
    this.inputSpec = [{ ndim: 2, axes: { 1: features } }];
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [matrixShape(this.name, inputShape)[0], this.units];
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    this.invokeCallHook(inputs, kwargs);
    const a = singleInput<Tensor2D>(this.name, inputs);
    const { kernel, bias } = this.#weights!;
    return fused.matMul({ a, b: kernel.read(), bias: bias.read() });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, seed: this.seed as number };
  }
}
