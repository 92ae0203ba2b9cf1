import { linear } from '@cifarlab/tfjs-ops';
import { type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';

/** The arguments of any tf.layers layer: `name`, `inputShape`, … */
type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type LayerWeight = ReturnType<layers.Layer['addWeight']>;

interface LinearArguments extends LayerArguments {
  units: number;
}

/**
 * y = x W + b, [S, in] -> [S, units], as a tf.layers layer with the weights `kernel` [in, units] and `bias` [units]; both
 * start at 0, since tfjs's initialisers draw from hidden generators.
 *
 * It is tf.layers' `dense`, as which it is saved and loaded, except for one thing: `dense` has a fused matrix product,
 * which makes the gradient of x whenever it makes that of W. In the first layer of a network nobody asks for that one,
 * and it costs as much.
 */
export class Linear extends layers.Layer {
  static get className(): string {
    return 'Dense';
  }

  readonly units: number;
  #weights: { kernel: LayerWeight; bias: LayerWeight } | undefined;

  constructor(args: LinearArguments) {
    super(args);
    this.units = args.units;
    this.supportsMasking = true;
  }

  override build(inputShape: (number | null)[]): void {
    const nIn = inputShape.at(-1)!;
    this.#weights = {
      kernel: this.addWeight('kernel', [nIn, this.units], 'float32', initializers.zeros()),
      bias: this.addWeight('bias', [this.units], 'float32', initializers.zeros()),
    };
    this.inputSpec = [{ ndim: 2, axes: { 1: nIn } }];
    super.build(inputShape);
  }

  override computeOutputShape([batch]: (number | null)[]): (number | null)[] {
    return [batch!, this.units];
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    return tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const [x] = Array.isArray(inputs) ? inputs : [inputs];
      const { kernel, bias } = this.#weights!;
      return linear(x!, kernel.read(), bias.read());
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, kernelInitializer: 'zeros', biasInitializer: 'zeros' };
  }
}
