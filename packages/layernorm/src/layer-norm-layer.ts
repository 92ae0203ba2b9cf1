import { show } from '@cifarlab/internals/show';
import { type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import { layerNorm } from './layer-norm.js';
import { type LayerNormOptions, resolveEpsilon } from './options.js';

/** The arguments of any tf.layers layer: `name`, `inputShape`, `trainable`, … */
type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;
type Shape = (number | null)[];

/** Arguments of {@link LayerNorm}, besides those of every tf.layers layer. */
export interface LayerNormArguments extends LayerArguments, LayerNormOptions {}

/**
 * Layer normalisation over the last axis as a tf.layers layer, in PyTorch's conventions (`torch.nn.LayerNorm(features)`).
 * It does the same in training and in evaluation.
 *
 * Weights, each [features]: `gamma` (starts at 1) and `beta` (at 0); PyTorch calls them weight and bias.
 *
 * Input and output: [batch, ..., features] with features known.
 */
export class LayerNorm extends layers.Layer {
  // A getter, since a static property would keep bundlers from dropping the class when it is not used.
  static get className(): string {
    return 'CifarlabLayerNorm';
  }

  /** Constant added to the variance under the root. */
  readonly epsilon: number;
  #gamma: LayerWeight | undefined;
  #beta: LayerWeight | undefined;

  /** @throws RangeError on an epsilon below 0 or not finite. */
  constructor(args: LayerNormArguments = {}) {
    super(args);
    this.epsilon = resolveEpsilon('LayerNorm', { epsilon: args.epsilon });
    this.supportsMasking = true;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = single<Shape>(Array.isArray(inputShape[0]) ? (inputShape as Shape[]) : [inputShape as Shape]);
    const features = shape.at(-1);
    if (shape.length < 2 || features == null) {
      throw new RangeError(
        `${this.name}: the input has shape ${show(shape)}, but [batch, ..., features] with a known number of features ` +
          'is needed.',
      );
    }
    this.#gamma = this.addWeight('gamma', [features], 'float32', initializers.ones());
    this.#beta = this.addWeight('beta', [features], 'float32', initializers.zeros());
    this.inputSpec = [{ ndim: shape.length, axes: { [shape.length - 1]: features } }];
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    return tidy(() => {
      const x = single(Array.isArray(inputs) ? inputs : [inputs]);
      this.invokeCallHook(inputs, kwargs);
      return layerNorm(x, this.#gamma!.read(), this.#beta!.read(), { epsilon: this.epsilon });
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon };
  }
}

/** Returns the one element of a list of inputs. */
function single<T>(list: T[]): T {
  if (list.length !== 1) throw new RangeError(`LayerNorm takes 1 input; got ${list.length}.`);
  return list[0]!;
}
