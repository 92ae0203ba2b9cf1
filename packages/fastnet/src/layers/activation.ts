import { assertOneOf } from '@cifarlab/internals/checks';
import { SMOOTH_ACTIVATIONS, type SmoothActivation, smoothActivation } from '@cifarlab/tfjs-ops';
import { singleInput } from '@cifarlab/torch-layers';
import type { serialization, Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Arguments of {@link Activation}, besides those of every tf.layers layer. */
export interface ActivationArguments extends LayerArguments {
  /** `silu` is x · σ(x), `gelu` x · Φ(x). */
  activation: SmoothActivation;
}

/** A smooth activation of every number, in one pass if the backend has a kernel for it. Input and output: any shape. */
export class Activation extends layers.Layer {
  static get className(): string {
    return 'CifarlabActivation';
  }

  /** The function. */
  readonly activation: SmoothActivation;

  /** @throws RangeError on an unknown activation. */
  constructor(args: ActivationArguments) {
    super(args);
    assertOneOf(`${this.name}: activation`, args.activation, SMOOTH_ACTIVATIONS);
    this.activation = args.activation;
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor {
    this.invokeCallHook(inputs, kwargs);
    return smoothActivation(singleInput<Tensor>(this.name, inputs), this.activation);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), activation: this.activation };
  }
}
