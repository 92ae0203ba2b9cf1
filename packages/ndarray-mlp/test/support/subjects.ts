import type { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';
import ops from 'ndarray-ops';
import {
  BatchNorm,
  Conv2d,
  type DType,
  ELU,
  LeakyReLU,
  Linear,
  MLP,
  type MlpOptions,
  type Mode,
  type Module,
  ReLU,
  SoftMax,
  Tanh,
} from '../../src/index.js';
import { cast, fromValues, map, randn } from './arrays.js';

/** How to make a module and an input for it at random. */
export interface Subject<M extends Module = Module> {
  name: string;
  mode?: Mode;
  /** The least and the greatest value of each of the sizes that `create` takes. */
  sizes: Record<string, readonly [min: number, max: number]>;
  create(sizes: Record<string, number>, rng: RandomState, dtype: DType): { module: M; x: ReturnType<typeof randn> };
}

/** Draws all parameters and buffers of a module anew. */
function randomize(module: Module, rng: RandomState): void {
  for (const x of Object.values({ ...module.params, ...module.buffers })) ops.assign(x, randn(rng, x.shape));
}

function activation<M extends Module>(name: string, create: () => M): Subject<M> {
  return {
    name,
    sizes: { S: [1, 5], M: [1, 6] },
    create: ({ S, M }, rng, dtype) => {
      // Away from 0, where a difference quotient would straddle the kink of a rectifier.
      const x = map((u) => u + 0.01 * Math.sign(u), randn(rng, [S!, M!]));
      return { module: create(), x: cast(x, dtype) };
    },
  };
}

export const elu = activation('ELU', () => new ELU());
export const relu = activation('ReLU', () => new ReLU());
export const leakyRelu = activation('LeakyReLU', () => new LeakyReLU(0.1));
export const tanh = activation('Tanh', () => new Tanh());
export const softMax = activation('SoftMax', () => new SoftMax());

export const linear: Subject<Linear> = {
  name: 'Linear',
  sizes: { S: [1, 6], inFeatures: [1, 6], outFeatures: [1, 6] },
  create: ({ S, inFeatures, outFeatures }, rng, dtype) => {
    const module = new Linear(inFeatures!, outFeatures!, { dtype });
    randomize(module, rng);
    return { module, x: cast(randn(rng, [S!, inFeatures!]), dtype) };
  },
};

export const conv2d: Subject<Conv2d> = {
  name: 'Conv2d',
  sizes: { S: [1, 3], C: [1, 3], O: [1, 3], kh: [1, 3], kw: [1, 3], moreRows: [0, 3], moreColumns: [0, 3] },
  create: ({ S, C, O, kh, kw, moreRows, moreColumns }, rng, dtype) => {
    const module = new Conv2d(C!, O!, [kh!, kw!], { dtype });
    randomize(module, rng);
    return { module, x: cast(randn(rng, [S!, C!, kh! + moreRows!, kw! + moreColumns!]), dtype) };
  },
};

function batchNorm(mode: Mode, minS: number): Subject<BatchNorm> {
  return {
    name: `BatchNorm in ${mode}`,
    mode,
    sizes: { S: [minS, 8], M: [1, 5] },
    create: ({ S, M }, rng, dtype) => {
      const module = new BatchNorm(M!, { dtype });
      randomize(module, rng);
      ops.abseq(module.buffers.running_var);
      ops.addseq(module.buffers.running_var, 0.1);
      const x = map((u) => 10 + 2 * u, randn(rng, [S!, M!]));
      return { module, x: cast(x, dtype) };
    },
  };
}

export const batchNormTraining = batchNorm('training', 3);
export const batchNormEvaluation = batchNorm('evaluation', 1);

export function mlp(options: Omit<MlpOptions, 'rng' | 'dtype'>, depth: number, mode: Mode = 'training'): Subject<MLP> {
  return {
    name: `MLP ${JSON.stringify(options)} with ${depth} hidden layers in ${mode}`,
    mode,
    sizes: { S: [4, 6], nInputs: [1, 5], units: [1, 5], numClasses: [2, 4] },
    create: ({ S, nInputs, units, numClasses }, rng, dtype) => {
      const hidden = Array.from({ length: depth }, (_, i) => units! + i);
      const module = new MLP(nInputs!, hidden, numClasses!, { init: 'pytorch', ...options, rng, dtype });
      return { module, x: cast(randn(rng, [S!, nInputs!]), dtype) };
    },
  };
}

/** Rows of `width` probabilities. */
export function probabilities(rng: RandomState, S: number, width: number, dtype: DType = 'float64') {
  return cast(new SoftMax().forward(randn(rng, [S, width])), dtype);
}

export function randomOneHot(rng: RandomState, S: number, width: number, dtype: DType = 'float64') {
  const rows = ndarray(new Float64Array(S * width), [S, width]);
  for (let s = 0; s < S; s++) rows.set(s, rng.randint(0, width), 1);
  return fromValues(rows.data, [S, width], dtype);
}
