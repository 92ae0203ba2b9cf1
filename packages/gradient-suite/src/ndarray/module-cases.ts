import { LayerNorm } from '@cifarlab/layernorm/ndarray';
import {
  BatchNorm,
  Conv2d,
  type DType,
  ELU,
  type FloatNdArray,
  LeakyReLU,
  Linear,
  type Mode,
  type Module,
  ReLU,
  SoftMax,
  Tanh,
} from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { mapArrays, mapElements } from '../arrays.js';
import { FUNCTION_ROUNDINGS, type NdarrayCase } from '../gradient-case.js';
import { between, normals, normalsWithoutKink } from '../random-arrays.js';
import { moduleFunction, setAll } from './module-function.js';

/** A module at a random input. */
interface DrawnModule {
  x: FloatNdArray;
  create(dtype: DType): Module;
  roundings: number;
  mode?: Mode;
}

/** Modules of one layer. */
export const moduleCases: readonly NdarrayCase[] = [
  moduleCase('linear', 'ndarray-mlp', (rng) => {
    const [rows, inFeatures, outFeatures] = [between(rng, 1, 6), between(rng, 1, 8), between(rng, 1, 6)];
    return {
      x: normals(rng, [rows, inFeatures]),
      create: (dtype) => new Linear(inFeatures, outFeatures, { dtype }),
      roundings: Math.max(rows, outFeatures) + 1,
    };
  }),
  elementwiseCase('elu', () => new ELU()),
  elementwiseCase('relu', () => new ReLU()),
  elementwiseCase('leaky-relu', () => new LeakyReLU(0.1)),
  elementwiseCase('tanh', () => new Tanh()),
  moduleCase('softmax', 'ndarray-mlp', (rng) => {
    const [rows, classes] = [between(rng, 1, 6), between(rng, 2, 8)];
    return {
      x: normals(rng, [rows, classes]),
      create: () => new SoftMax(),
      roundings: 2 * classes + 3 * FUNCTION_ROUNDINGS,
    };
  }),
  moduleCase('conv2d', 'ndarray-mlp', (rng) => {
    const [images, channels, filters] = [between(rng, 1, 3), between(rng, 1, 3), between(rng, 1, 3)];
    const kernel = [between(rng, 1, 3), between(rng, 1, 3)] as const;
    const [height, width] = [kernel[0] + between(rng, 0, 3), kernel[1] + between(rng, 0, 3)];
    return {
      x: normals(rng, [images, channels, height, width]),
      create: (dtype) => new Conv2d(channels, filters, kernel, { dtype }),
      roundings: Math.max(images * height * width, filters * kernel[0] * kernel[1]) + 1,
    };
  }),
  moduleCase('batch-norm', 'ndarray-mlp', (rng) => {
    const [rows, features] = [between(rng, 5, 8), between(rng, 1, 5)];
    return {
      x: normals(rng, [rows, features]),
      create: (dtype) => new BatchNorm(features, { dtype }),
      roundings: 3 * rows + 3 * FUNCTION_ROUNDINGS,
    };
  }),
  moduleCase('batch-norm-evaluation', 'ndarray-mlp', (rng) => {
    const [rows, features] = [between(rng, 1, 6), between(rng, 1, 5)];
    const statistics = {
      running_mean: normals(rng, [1, features]),
      running_var: mapElements(normals(rng, [1, features]), (z) => Math.fround(0.1 + z * z)),
    };
    const create = (dtype: DType) => {
      const module = new BatchNorm(features, { dtype });
      setAll(module.buffers, statistics);
      return module;
    };
    return { x: normals(rng, [rows, features]), create, mode: 'evaluation', roundings: rows + 3 * FUNCTION_ROUNDINGS };
  }),
  moduleCase('layer-norm', 'layernorm/ndarray', (rng, round) => {
    const leading = Array.from({ length: round % 3 }, () => between(rng, 1, 4));
    const features = between(rng, 4, 8);
    const rows = leading.reduce((product, n) => product * n, 1);
    return {
      x: normals(rng, [...leading, features]),
      create: (dtype) => new LayerNorm(features, { dtype }),
      roundings: rows + 3 * features + 3 * FUNCTION_ROUNDINGS,
    };
  }),
];

/**
 * Returns a module's gradients with respect to its input `x` and all its parameters, at random numbers for each: from a
 * usual start, with tiny weights and biases of zero, a wrong term could be too small to show.
 */
function moduleCase(layer: string, code: string, draw: (rng: RandomState, round: number) => DrawnModule): NdarrayCase {
  return {
    library: 'ndarray',
    layer,
    code,
    draw(rng, round) {
      const { x, create, mode, roundings } = draw(rng, round);
      const inputs = { x, ...mapArrays(create('float64').params, ({ shape }) => normals(rng, shape)) };
      return { inputs, create: (dtype) => moduleFunction(create(dtype), mode), roundings };
    },
  };
}

function elementwiseCase(layer: string, create: () => Module): NdarrayCase {
  return moduleCase(layer, 'ndarray-mlp', (rng) => {
    const shape = Array.from({ length: between(rng, 1, 3) }, () => between(rng, 2, 4));
    return { x: normalsWithoutKink(rng, shape), create, roundings: 3 * FUNCTION_ROUNDINGS };
  });
}
