import { type NamedAttrMap, util } from '@tensorflow/tfjs-core';
import { computeElementwise, type Formula } from '../graphs/elementwise.js';
import * as formulas from '../graphs/formulas.js';
import type { Activation } from '../simd/activation.js';
import type { SmoothActivation } from '../simd/smooth-activation-kernels.js';
import type { NativeKernel } from './kernel.js';

interface UnaryMap {
  /** Formula of the tensor and of the scalars below. */
  readonly formula: Formula;
  /** The same as a SIMD kernel, which is faster. */
  readonly simd?: SmoothActivation;
  /** The same as a rectifier among the SIMD kernels, which is faster. */
  readonly rectifier?: Exclude<Activation, 'linear'>;
  /** The smallest size for which it is faster than tfjs's cpu kernel. */
  readonly fromSize: number;
  /** Parameters, from the kernel's attributes; undefined when the formula does not hold for them. */
  readonly scalars?: (attrs: NamedAttrMap) => readonly number[] | undefined;
}

/** A function that JavaScript computes in about a nanosecond. */
const CHEAP = 1024;
/** One that takes it about ten. */
const COSTLY = 256;

const operator =
  (name: string): Formula =>
  (node, x) =>
    node(name, x);

const maps: Readonly<Record<string, UnaryMap>> = {
  Abs: { fromSize: CHEAP, formula: operator('Abs') },
  ClipByValue: {
    fromSize: CHEAP,
    formula: (node, x, low, high) => node('Clip', x, low, high),
    scalars: ({ clipValueMin, clipValueMax }) => [clipValueMin as number, clipValueMax as number],
  },
  Elu: { fromSize: COSTLY, formula: formulas.elu, simd: 'elu' },
  Erf: { fromSize: COSTLY, formula: operator('Erf') },
  Exp: { fromSize: COSTLY, formula: operator('Exp') },
  LeakyRelu: { fromSize: CHEAP, formula: formulas.leakyRelu, scalars: ({ alpha }) => [alpha as number] },
  Log: { fromSize: COSTLY, formula: operator('Log') },
  Neg: { fromSize: CHEAP, formula: operator('Neg') },
  Reciprocal: { fromSize: CHEAP, formula: operator('Reciprocal') },
  Relu: { fromSize: CHEAP, formula: formulas.relu, rectifier: 'relu' },
  Relu6: { fromSize: CHEAP, formula: formulas.relu6, rectifier: 'relu6' },
  Rsqrt: { fromSize: CHEAP, formula: (node, x) => node('Reciprocal', node('Sqrt', x)) },
  Sigmoid: { fromSize: COSTLY, formula: formulas.sigmoid },
  Sqrt: { fromSize: CHEAP, formula: operator('Sqrt') },
  Square: { fromSize: CHEAP, formula: (node, x) => node('Mul', x, x) },
  Step: {
    fromSize: CHEAP,
    formula: (node, x) => node('Sign', node('Relu', x)),
    scalars: ({ alpha }) => (alpha ? undefined : []),
  },
  Tanh: { fromSize: COSTLY, formula: operator('Tanh') },
};

/** Functions of one tensor, element by element. */
export const unaryKernels: readonly NativeKernel[] = Object.entries(maps).map(([kernelName, map]) => ({
  kernelName,
  kernelFunc: ({ inputs: { x }, attrs, context }) => {
    const size = util.sizeFromShape(x.shape);
    const scalars = map.scalars ? map.scalars(attrs) : [];
    if (x.dtype !== 'float32' || !context.isWorthwhile(size, map.fromSize) || !scalars) return undefined;
    const y = context.output(x.shape);
    const values = context.floats(x);
    if (context.isInArena(values) && context.isInArena(y.values)) {
      const [from, to] = [values.byteOffset, y.values.byteOffset];
      if (map.simd) context.simd.smoothActivations.forward(map.simd, from, to, size);
      else if (map.rectifier) context.simd.elementwise.activation(map.rectifier, from, to, size);
      if (map.simd || map.rectifier) return y.info;
    }
    const parameters = scalars.map((value) => ({ data: Float32Array.of(value), dims: [] }));
    const inputs = [{ data: values, dims: [size] }, ...parameters];
    computeElementwise(context.runtime, kernelName, map.formula, inputs, { data: y.values, dims: [size] });
    return y.info;
  },
}));
