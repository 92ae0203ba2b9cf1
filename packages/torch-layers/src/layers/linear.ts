import { assertCount, assertOneOf } from '@cifarlab/internals/checks';
import { RandomState } from '@cifarlab/numpy-random';
import { fused, type serialization, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import type { TorchNamed } from '../torch/torch-entries.js';
import { kernelAndBiasNames } from '../torch/torch-names.js';
import { torchUniform } from '../torch/torch-uniform.js';
import { LINEAR_STARTS, type LinearStart } from './linear-start.js';
import { savedName } from './saved-name.js';
import { checkedSeed, type Seed } from './seed.js';
import { matrixShape, type Shape, singleInput } from './shape.js';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;

/** Arguments of {@link Linear}, besides those of every tf.layers layer. */
export interface LinearArguments extends LayerArguments {
  /** Features of the output. */
  units: number;
  /** Seed of the initial weights. */
  seed: Seed;
  /** The name of the module in PyTorch, which may start with `_`, as a layer's cannot. Default the layer's. */
  module?: string;
  /** Initial weights: `uniform`, as in PyTorch, or `zeros`, from which a new head trains best. */
  start?: LinearStart;
}

/**
 * x W + b, as `torch.nn.Linear(features, units)`.
 *
 * Weights: `kernel` [features, units], then `bias` [units], from U(−1/√features, 1/√features), or all 0. They are drawn
 * from the seed in PyTorch's layout and in that order.
 *
 * Input [batch, features] with the features known, output [batch, units].
 */
export class Linear extends layers.Layer implements TorchNamed {
  static get className(): string {
    return 'CifarlabLinear';
  }

  /** Features of the output. */
  readonly units: number;
  /** Seed of the initial weights. */
  readonly seed: Seed;
  /** The name of the module in PyTorch. */
  readonly module: string;
  /** Initial weights. */
  readonly start: LinearStart;
  #weights: { kernel: LayerWeight; bias: LayerWeight } | undefined;

  /** @throws RangeError or TypeError on units below 1, an invalid seed and an unknown start. */
  constructor(args: LinearArguments) {
    super(args);
    assertCount(`${this.name}: units`, args.units);
    this.units = args.units;
    this.seed = checkedSeed(this.name, args.seed);
    const { start = 'uniform', module = this.name } = args;
    assertOneOf(`${this.name}: start`, start, LINEAR_STARTS);
    this.start = start;
    this.module = module;
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    return new cls({ ...config, module: savedName(config.module) });
  }

  get torchNames(): Readonly<Record<string, string>> {
    return kernelAndBiasNames(this.module);
  }

  override build(inputShape: Shape | Shape[]): void {
    const features = matrixShape(this.name, inputShape)[1];
    const { units, seed, start } = this;
    const initializer = start === 'zeros' ? initializers.zeros() : torchUniform(new RandomState(seed), features);
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
    const { units, seed, module, start } = this;
    return { ...super.getConfig(), units, seed: seed as number, module: { name: module }, start };
  }
}
