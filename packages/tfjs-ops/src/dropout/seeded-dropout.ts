import { assertBelowOne, assertUint32 } from '@cifarlab/internals/checks';
import { mul, type serialization, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { dropoutMask } from './dropout-mask.js';

/** The arguments of any tf.layers layer: `name`, `inputShape`, … */
type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Arguments of {@link SeededDropout}, besides those of every tf.layers layer. */
export interface SeededDropoutArguments extends LayerArguments {
  /** The probability that a value is set to 0; 0 or more and below 1, to the nearest 1/65536. */
  rate: number;
  /** Seed of the masks, an integer from 0 to 2^32 - 1. Default 42. */
  seed?: number;
  /** Tells layers of one seed apart, which would have the same masks; a whole number of 0 to 2^32 - 1. Default 0. */
  stream?: number;
}

/** Arguments that `apply` passes on to every layer of a model. */
interface CallArguments {
  training?: boolean;
  step?: number;
  firstExample?: number;
}

/**
 * Inverted dropout whose masks are a function of seed, stream and step: y = x · mask, where each value of the mask is 0
 * with probability `rate` and 1 / (1 − rate) otherwise (N. Srivastava et al., "Dropout", JMLR 15, 2014).
 *
 * In training the step comes with the call: `model.apply(x, { training: true, step })` reaches the layers of a model.
 * The same step has the same mask, so training that continues from a checkpoint drops what it would have dropped
 * without a break. Otherwise it passes its input on. (tf.layers' `dropout` has one mask for ever if it has a seed, and
 * is not repeatable without one.) If x is a part of a batch, pass its place, `{ training: true, step, firstExample }`,
 * and the parts have the mask of the whole.
 *
 * Input and output: float32 of any shape.
 */
export class SeededDropout extends layers.Layer {
  // A getter, since a static property would keep bundlers from dropping the class when it is not used.
  static get className(): string {
    return 'CifarlabSeededDropout';
  }

  /** The probability that a value is set to 0. */
  readonly rate: number;
  /** Seed of the masks. */
  readonly seed: number;
  /** Tells layers of one seed apart. */
  readonly stream: number;

  /**
   * @throws RangeError on a rate outside [0, 1), and on a seed or stream that is not a whole number of 0 to 2^32 - 1.
   */
  constructor(args: SeededDropoutArguments) {
    super(args);
    const { rate, seed = 42, stream = 0 } = args;
    assertBelowOne('rate', rate);
    assertUint32('seed', seed);
    assertUint32('stream', stream);
    this.rate = rate;
    this.seed = seed;
    this.stream = stream;
    this.supportsMasking = true;
  }

  /**
   * @throws RangeError in training when the rate is above 0 and `step` is missing, or it or `firstExample` is not a whole
   *   number of 0 to 2^32 - 1; when there are several inputs.
   */
  override call(inputs: Tensor | Tensor[], kwargs: CallArguments): Tensor {
    return tidy(() => {
      const [x, ...others] = Array.isArray(inputs) ? inputs : [inputs];
      if (x === undefined || others.length > 0) {
        throw new RangeError(`${this.name}: dropout takes 1 input; got ${(inputs as Tensor[]).length}.`);
      }
      this.invokeCallHook(inputs, kwargs as never);
      if (kwargs.training !== true || this.rate === 0) return x;
      const key = { seed: this.seed, stream: this.stream, step: this.#step(kwargs) };
      const mask = dropoutMask(x.size, this.rate, key, this.#first(kwargs, x));
      return mul(x, tensor(mask, x.shape));
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed, stream: this.stream };
  }

  /** Returns the place of x's first element in the batch, which x may be a part of. */
  #first({ firstExample = 0 }: CallArguments, x: Tensor): number {
    assertUint32(`${this.name}: firstExample`, firstExample);
    return firstExample === 0 ? 0 : firstExample * (x.size / x.shape[0]!);
  }

  #step({ step }: CallArguments): number {
    if (step === undefined) {
      throw new RangeError(
        `${this.name}: dropout in training needs the step, which its mask is a function of; call ` +
          'model.apply(x, { training: true, step }) (fit() has no way to pass it).',
      );
    }
    assertUint32(`${this.name}: step`, step);
    return step;
  }
}
