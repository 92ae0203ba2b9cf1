import {
  assertBelowOne,
  assertCount,
  assertKnownKeys,
  assertNonNegative,
  assertOneOf,
  assertUint32,
} from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { LayerNorm } from '@cifarlab/layernorm';
import { RandomState } from '@cifarlab/numpy-random';
import { BatchNorm, SeededDropout } from '@cifarlab/tfjs-ops';
import { tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { ACTIVATIONS, type Activation, createActivation } from './activations.js';
import { INITS, type Init, initialWeights } from './initial-weights.js';
import { Linear } from './linear.js';

const NORMS = ['none', 'layer', 'batch'] as const;

/**
 * The normalisation between a linear layer and its nonlinearity.
 *
 * @useDeclaredType
 */
export type Norm = (typeof NORMS)[number];

/** Options of {@link createMlp}. */
export interface MlpOptions {
  /** Features per sample. */
  nInputs: number;
  /** Units of each hidden layer; `[]` makes multinomial logistic regression. */
  nHidden: readonly number[];
  /** Logits per sample. */
  numClasses: number;
  /** The nonlinearity after each hidden layer; default 'elu'. */
  activation?: Activation;
  /** The slope of 'leaky-relu' below 0; default 0.02. */
  negativeSlope?: number;
  /**
   * 'layer' or 'batch' puts layer or batch normalisation, in PyTorch's conventions, between each hidden layer and its
   * nonlinearity; default 'none'.
   */
  norm?: Norm;
  /** The probability that a hidden unit is dropped in training, 0 or more and below 1; default 0. */
  dropout?: number;
  /** How the weights start; default 'course'. Two and more hidden layers do not learn from that start: take another. */
  init?: Init;
  /** Seed of the dropout masks and of the default `rng`, an integer from 0 to 2^32 - 1. Default 42. */
  seed?: number;
  /** Generator of the weights, layer by layer. Default: `new RandomState(seed)`. */
  rng?: RandomState;
}

const OPTIONS = ['activation', 'negativeSlope', 'norm', 'dropout', 'init', 'seed', 'rng'];

/**
 * Returns a multi-layer perceptron that gives logits: [S, nInputs] -> [S, numClasses]. Per hidden layer a linear layer,
 * optionally a normalisation, a nonlinearity, and optionally dropout; then a linear layer to the classes.
 *
 * The layers are named `layers.0`, `norms.0`, `activations.0`, `dropouts.0`, …; the number is that of the linear layer.
 * The weights are those that `new MLP(nInputs, nHidden, numClasses, { init, rng })` of `@cifarlab/ndarray-mlp` and the
 * practical's NumPy code draw, rounded to float32.
 *
 * Train it with `model.apply(x, { training: true, step })`; without dropout the step is not needed, and `fit` works too.
 *
 * @throws RangeError on a count that is not a whole number of 1 or more, and on an option that is unknown or out of
 *   range; TypeError when `nHidden` is not an array, `rng` not a generator, or the options not an object.
 */
export function createMlp(options: MlpOptions): Sequential {
  assertKnownKeys('createMlp', options, ['nInputs', 'nHidden', 'numClasses', ...OPTIONS]);
  const { nInputs, nHidden, numClasses, activation = 'elu', negativeSlope = 0.02, norm = 'none' } = options;
  const { dropout = 0, init = 'course', seed = 42 } = options;
  assertCount('nInputs', nInputs);
  if (!Array.isArray(nHidden)) throw new TypeError(`nHidden must be an array such as [100]; got ${show(nHidden)}.`);
  nHidden.forEach((units, i) => {
    assertCount(`nHidden[${i}]`, units);
  });
  assertCount('numClasses', numClasses);
  assertOneOf('activation', activation, ACTIVATIONS);
  assertNonNegative('negativeSlope', negativeSlope);
  assertOneOf('norm', norm, NORMS);
  assertBelowOne('dropout', dropout);
  assertOneOf('init', init, INITS);
  assertUint32('seed', seed);
  const { rng = new RandomState(seed) } = options;
  // Told by what it can do: the ESM and the CommonJS build have a class each.
  if (typeof rng?.normals !== 'function' || typeof rng.uniform !== 'function') {
    throw new TypeError(`rng must be a RandomState of @cifarlab/numpy-random; got ${show(rng)}.`);
  }

  const model = sequential({ name: 'mlp' });
  [...nHidden, numClasses].forEach((nOut, i, { length }) => {
    const nIn = i === 0 ? nInputs : nHidden[i - 1]!;
    addLinear(model, `layers.${i}`, nIn, nOut, initialWeights(nIn, nOut, init, rng));
    if (i === length - 1) return;
    if (norm === 'layer') model.add(new LayerNorm({ name: `norms.${i}` }));
    if (norm === 'batch') model.add(new BatchNorm({ name: `norms.${i}` }));
    model.add(createActivation(activation, `activations.${i}`, negativeSlope));
    if (dropout > 0) model.add(new SeededDropout({ name: `dropouts.${i}`, rate: dropout, seed, stream: i }));
  });
  return model;
}

function addLinear(
  model: Sequential,
  name: string,
  nIn: number,
  nOut: number,
  { weight, bias }: ReturnType<typeof initialWeights>,
): void {
  const layer = new Linear({ name, inputShape: [nIn], units: nOut });
  model.add(layer);
  tidy(() => {
    layer.setWeights([transpose(tensor(weight, [nOut, nIn])), tensor(bias)]);
  });
}
