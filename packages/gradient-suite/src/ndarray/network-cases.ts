import type { FloatArrays } from '@cifarlab/gradcheck/float32';
import { type DType, type FloatNdArray, MLP, MlpLearner, type MlpOptions } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { cast, mapArrays, scaled } from '../arrays.js';
import { type DrawnFunction, FUNCTION_ROUNDINGS, type NdarrayCase } from '../gradient-case.js';
import { between, normals, oneHotRows } from '../random-arrays.js';
import { moduleFunction, setAll } from './module-function.js';

/**
 * Networks that the rounds go through, so that every option is part of some network; the first has parameters of all
 * kinds.
 */
const networks: readonly (Pick<MlpOptions, 'activation' | 'norm' | 'output'> & { depth: number })[] = [
  { depth: 2, activation: 'leaky-relu', norm: 'batch' },
  { depth: 1 },
  { depth: 1, activation: 'relu', norm: 'batch' },
  { depth: 2, activation: 'tanh', output: 'probabilities' },
];

/** Nearer than this to a rectifier's kink, moving an input could move a hidden unit across it. */
const KINK_MARGIN = 1e-3;

/** Networks: the chain rule through all their modules, and the gradients of a step of training. */
export const networkCases: readonly NdarrayCase[] = [
  {
    library: 'ndarray',
    layer: 'mlp',
    code: 'ndarray-mlp',
    group: overLayers,
    draw(rng, round) {
      const { x, params, create, roundings } = drawNetwork(rng, round);
      return { inputs: { x, ...params }, create: (dtype) => moduleFunction(create(dtype)), roundings };
    },
  },
  { library: 'ndarray', layer: 'mlp-learner', code: 'ndarray-mlp', group: overLayers, draw: drawLearner },
];

/** The parameters of all layers share a row. */
function overLayers(input: string): string {
  return input.replace(/\.\d+\./, '.*.');
}

function drawNetwork(rng: RandomState, round: number) {
  const { depth, ...options } = networks[round % networks.length]!;
  const [rows, features, classes] = [between(rng, 6, 8), between(rng, 2, 5), between(rng, 2, 4)];
  const hidden = Array.from({ length: depth }, () => between(rng, 3, 5));
  const create = (dtype: DType) => new MLP(features, hidden, classes, { ...options, dtype });
  const network = create('float64');
  for (;;) {
    const x = normals(rng, [rows, features]);
    const params = mapArrays(network.params, ({ shape }) => normals(rng, shape));
    if (isNearKink(network, x, params)) continue;
    // Through every layer forth and back: its sums, those of a normalisation over the rows, and functions.
    const sums = [features, ...hidden, classes].reduce((sum, n) => sum + 2 * n, 0);
    const roundings = sums + (depth + 1) * (4 * rows + 6 * FUNCTION_ROUNDINGS);
    return { x, params, create, rows, classes, roundings };
  }
}

/** Returns whether what goes into any nonlinearity is close to 0. */
function isNearKink(network: MLP, x: FloatNdArray, params: FloatArrays): boolean {
  setAll(network.params, params);
  let h = x;
  for (const module of network.modules) {
    const isNonlinearity = Object.keys(module.params).length === 0;
    if (isNonlinearity && h.data.some((value) => Math.abs(value) < KINK_MARGIN)) return true;
    h = module.forward(h);
  }
  return false;
}

/** Draws the gradient that a step of training leaves behind, of the loss with respect to all parameters. */
function drawLearner(rng: RandomState, round: number): DrawnFunction {
  const { x, params, create, rows, classes, roundings } = drawNetwork(rng, round);
  const labels = oneHotRows(rng, rows, classes);
  return {
    inputs: params,
    create(dtype) {
      const network = create(dtype);
      const learner = new MlpLearner(network);
      const batch = () => ({ images: cast(x, dtype), labels: cast(labels, dtype) });
      return {
        value(at) {
          setAll(network.params, at);
          // The loss of an evaluation would not be the one that is trained: batch normalisation differs.
          return learner.trainStep(batch(), { learningRate: 0 }).loss / rows;
        },
        gradient(at, dout) {
          setAll(network.params, at);
          learner.trainStep(batch(), { learningRate: 0 });
          return mapArrays(network.grads, (grad) => scaled(grad, dout.data[0]!));
        },
      };
    },
    others: [x, labels],
    roundings: roundings + classes + 3 * FUNCTION_ROUNDINGS,
  };
}
