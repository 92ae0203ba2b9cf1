import { assertOneOf } from '@cifarlab/internals/checks';
import type { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';
import { assign, type DType, type FloatNdArray } from './float-array.js';

const INITIALIZATIONS = ['course', 'he', 'glorot', 'pytorch'] as const;

/**
 * How the weights of a linear or convolutional layer start:
 * - `course`: N(0, 1e-4^2), biases 0 (the practical's);
 * - `he`: N(0, 2 / fanIn), biases 0 (He et al. 2015, arXiv:1502.01852);
 * - `glorot`: U(-b, b) with b = sqrt(6 / (fanIn + fanOut)), biases 0 (Glorot and Bengio 2010);
 * - `pytorch`: weights, then biases, from U(-b, b) with b = 1 / sqrt(fanIn) (torch.nn.Linear and Conv2d).
 *
 * @useDeclaredType
 */
export type Init = (typeof INITIALIZATIONS)[number];

/** Fills `weight` row by row, then `bias`, with numbers drawn in float64 and rounded to the dtype of the arrays. */
export function initialize(
  weight: FloatNdArray,
  bias: FloatNdArray,
  fans: { fanIn: number; fanOut: number },
  init: Init,
  rng: RandomState,
): void {
  assertOneOf('init', init, INITIALIZATIONS);
  const { fanIn, fanOut } = fans;
  const fill = (x: FloatNdArray, draws: Float64Array) => assign(x, ndarray(draws, x.shape));
  const uniform = (x: FloatNdArray, bound: number) =>
    fill(
      x,
      Float64Array.from({ length: x.size }, () => rng.uniform(-bound, bound)),
    );
  switch (init) {
    case 'course':
      fill(weight, rng.normals(weight.size, 0, 1e-4));
      break;
    case 'he':
      fill(weight, rng.normals(weight.size, 0, Math.sqrt(2 / fanIn)));
      break;
    case 'glorot':
      uniform(weight, Math.sqrt(6 / (fanIn + fanOut)));
      break;
    case 'pytorch':
      uniform(weight, 1 / Math.sqrt(fanIn));
      uniform(bias, 1 / Math.sqrt(fanIn));
  }
}

/** The names of {@link LayerOptions}. */
export const LAYER_OPTIONS = ['init', 'rng', 'dtype'];

/** Options of a layer with weights. */
export interface LayerOptions {
  /** How the weights start; default 'course'. */
  init?: Init;
  /** Generator of the weights. Default: a new `RandomState(42)`. Share one among layers to give each its own draws. */
  rng?: RandomState;
  /** The precision the layer computes in; default 'float64'. */
  dtype?: DType;
}
