import { assertCount, assertKnownKeys, assertNonNegative, assertOneOf } from '@cifarlab/internals/checks';
import { type StateSelection, selectState } from '@cifarlab/internals/select-state';
import { show } from '@cifarlab/internals/show';
import { RandomState } from '@cifarlab/numpy-random';
import type { NdArray } from 'ndarray';
import { BatchNorm } from './batch-norm.js';
import { requireRandom } from './checks.js';
import { ELU } from './elu.js';
import type { DType, FloatNdArray } from './float-array.js';
import type { Init } from './initialize.js';
import { LeakyReLU } from './leaky-relu.js';
import { Linear } from './linear.js';
import type { Mode, Module } from './module.js';
import { type NamedArrays, requireFit, restore, snapshot } from './named-arrays.js';
import { ReLU } from './relu.js';
import { SoftMax, softmaxRows } from './soft-max.js';
import { Tanh } from './tanh.js';

const ACTIVATIONS = ['elu', 'relu', 'leaky-relu', 'tanh'] as const;
const NORMS = ['none', 'batch'] as const;
const OPTIONS = ['activation', 'negativeSlope', 'norm', 'output', 'init', 'rng', 'dtype'];
const OUTPUTS = ['logits', 'probabilities'] as const;

/** Options of {@link MLP}; all may be left out. */
export interface MlpOptions {
  /** The nonlinearity after each hidden layer; default 'elu'. */
  activation?: (typeof ACTIVATIONS)[number];
  /** The slope of 'leaky-relu' below 0; default 0.02. */
  negativeSlope?: number;
  /** 'batch' puts a batch normalisation between each hidden layer and its nonlinearity; default 'none'. */
  norm?: (typeof NORMS)[number];
  /**
   * The output of `forward`: 'logits' (default) for `SoftMaxCrossEntropy`, or 'probabilities', with a `SoftMax` as last
   * module, for `CrossEntropy`, which is the practical's structure. Gradients and losses are the same except for
   * rounding and for probabilities that underflow.
   */
  output?: (typeof OUTPUTS)[number];
  /** How the weights start; default 'course'. Two and more hidden layers do not learn from that start: take another. */
  init?: Init;
  /** Generator of the weights, layer by layer. Default: `new RandomState(42)`. */
  rng?: RandomState;
  /** The precision the network computes in; default 'float64'. */
  dtype?: DType;
}

/** Options that an `MLP` was made with, as plain data: enough, with its state, to make it again. */
export interface MlpConfig {
  /** Features per sample. */
  readonly nInputs: number;
  /** Units of each hidden layer. */
  readonly nHidden: readonly number[];
  /** Outputs per sample. */
  readonly numClasses: number;
  /** The nonlinearity after each hidden layer. */
  readonly activation: NonNullable<MlpOptions['activation']>;
  /** The slope of 'leaky-relu' below 0. */
  readonly negativeSlope: number;
  /** The normalisation before each nonlinearity. */
  readonly norm: NonNullable<MlpOptions['norm']>;
  /** The output of `forward`. */
  readonly output: NonNullable<MlpOptions['output']>;
  /** The precision it computes in. */
  readonly dtype: DType;
}

/**
 * A multi-layer perceptron: per hidden layer a linear layer, optionally a batch normalisation, and a nonlinearity; then
 * a linear layer to the classes, and optionally a softmax. Without hidden layers it is multinomial logistic regression.
 *
 * Parameters are named `layers.0.weight` [out, in], `layers.0.bias`, …, `norms.0.weight`, `norms.0.bias`; buffers
 * `norms.0.running_mean`, `norms.0.running_var`; the number is that of the layer.
 */
export class MLP implements Module {
  /** The options it was made with, defaults filled in. */
  readonly config: MlpConfig;
  /** Modules in the order of the forward pass. */
  readonly modules: readonly Module[];
  readonly params: Readonly<Record<string, FloatNdArray>>;
  readonly grads: Readonly<Record<string, FloatNdArray>>;
  readonly buffers: Readonly<Record<string, FloatNdArray>>;

  /**
   * @param nInputs features per sample.
   * @param nHidden units of each hidden layer.
   * @throws RangeError on a count that is not a whole number of 1 or more, or an unknown option or option value;
   *   TypeError when `nHidden` is not an array, `rng` not a generator, or the options not an object.
   */
  constructor(nInputs: number, nHidden: readonly number[], numClasses: number, options: MlpOptions = {}) {
    assertKnownKeys('MLP', options, OPTIONS);
    const { activation = 'elu', negativeSlope = 0.02, norm = 'none', output = 'logits', dtype = 'float64' } = options;
    const { init = 'course', rng = new RandomState(42) } = options;
    assertCount('MLP: nInputs', nInputs);
    if (!Array.isArray(nHidden)) {
      throw new TypeError(`MLP: nHidden is ${show(nHidden)}, but an array such as [100] is needed.`);
    }
    nHidden.forEach((units, i) => {
      assertCount(`MLP: nHidden[${i}]`, units);
    });
    assertCount('MLP: numClasses', numClasses);
    assertOneOf('MLP: activation', activation, ACTIVATIONS);
    assertOneOf('MLP: norm', norm, NORMS);
    assertOneOf('MLP: output', output, OUTPUTS);
    assertNonNegative('MLP: negativeSlope', negativeSlope);
    requireRandom(rng, 'MLP: rng');
    this.config = { nInputs, nHidden: [...nHidden], numClasses, activation, negativeSlope, norm, output, dtype };

    const named: [string, Module][] = [];
    let width = nInputs;
    nHidden.forEach((units, i) => {
      named.push([`layers.${i}`, new Linear(width, units, { init, rng, dtype })]);
      if (norm === 'batch') named.push([`norms.${i}`, new BatchNorm(units, { dtype })]);
      named.push([`activations.${i}`, createActivation(activation, negativeSlope)]);
      width = units;
    });
    named.push([`layers.${nHidden.length}`, new Linear(width, numClasses, { init, rng, dtype })]);
    if (output === 'probabilities') named.push(['softmax', new SoftMax()]);

    const gather = (kind: 'params' | 'grads' | 'buffers') =>
      Object.fromEntries(
        named.flatMap(([name, module]) => Object.entries(module[kind] ?? {}).map(([key, x]) => [`${name}.${key}`, x])),
      );
    this.modules = named.map(([, module]) => module);
    this.params = gather('params');
    this.grads = gather('grads');
    this.buffers = gather('buffers');
  }

  /**
   * [S, nInputs] -> logits or probabilities [S, numClasses].
   *
   * @param mode 'training' (default) or 'evaluation'; they differ where there is batch normalisation.
   * @throws TypeError on another dtype; RangeError on another width, or one row with batch normalisation in training.
   */
  forward(x: NdArray, mode: Mode = 'training'): FloatNdArray {
    return this.modules.reduce<NdArray>((h, module) => module.forward(h, mode), x) as FloatNdArray;
  }

  /** Returns the probabilities of the classes, [S, numClasses], in evaluation mode and whatever `output` is. */
  predict(x: NdArray): FloatNdArray {
    const out = this.forward(x, 'evaluation');
    return this.config.output === 'logits' ? softmaxRows(out) : out;
  }

  /** Applies the chain rule, last module first: dL/d(output) -> dL/dx [S, nInputs]. */
  backward(dout: NdArray): FloatNdArray {
    return this.modules[0]!.backward(this.#backwardToFirst(dout));
  }

  /** Works like `backward`, but without dL/dx, which training does not need. */
  backwardParams(dout: NdArray): void {
    (this.modules[0] as Linear).backwardParams(this.#backwardToFirst(dout));
  }

  /** dL/d(output of the first module). */
  #backwardToFirst(dout: NdArray): NdArray {
    return this.modules.slice(1).reduceRight((dh, module) => module.backward(dh), dout);
  }

  /**
   * Returns a copy of all parameters and buffers by name; biases as vectors [M], so that PyTorch can load them as they
   * are.
   */
  toState(): NamedArrays {
    return snapshot({ ...this.params, ...this.buffers });
  }

  /**
   * Loads a `toState()`, or that of the same network in PyTorch, whose `num_batches_tracked` is ignored; if any array
   * does not fit, none is loaded.
   *
   * @param selection the prefix to take away from the names, such as `module.`; default none.
   * @throws RangeError naming the first array that is missing, unknown, or of another shape or dtype, or the prefix
   *   before the names; TypeError when the state is not an object or the prefix not a text.
   */
  loadState(state: Readonly<Record<string, NdArray>>, selection: StateSelection = {}): void {
    const arrays = { ...this.params, ...this.buffers };
    const own = selectState(state, Object.keys(arrays), selection);
    requireFit(arrays, own, 'MLP');
    restore(arrays, own);
  }
}

function createActivation(name: MlpConfig['activation'], negativeSlope: number): Module {
  switch (name) {
    case 'elu':
      return new ELU();
    case 'relu':
      return new ReLU();
    case 'leaky-relu':
      return new LeakyReLU(negativeSlope);
    case 'tanh':
      return new Tanh();
  }
}
