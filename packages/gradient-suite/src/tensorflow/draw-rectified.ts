import type { FloatArrays, Gradient } from '@cifarlab/gradcheck/float32';
import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { biasedConv2d, type Rectifier, rectify } from '@cifarlab/tfjs-ops';
import { absolute, fromValues, mapArrays, scaled, zeros } from '../arrays.js';
import type { TensorGradient } from '../gradient-case.js';
import { between, normals } from '../random-arrays.js';
import { convolutionGradient, convolve, depthwiseGradient, mixingFilter } from './reference-convolution.js';
import { tensorGradient } from './tensor-gradient.js';

/** Nearer than this to a kink of a rectifier, rounding could take a number to its other side. */
const KINK_MARGIN = 1e-3;

/** Rectifiers of the rounds, in order. */
const RECTIFIERS: readonly Rectifier[] = ['relu6', 'relu6', 'relu', 'linear'];

/** The end of the rectifier's slope. */
const END: Record<Rectifier, number> = { linear: Number.POSITIVE_INFINITY, relu: Number.POSITIVE_INFINITY, relu6: 6 };

/** Draws some values of a rectifier, whose inputs lie on both sides of its kinks. */
export function drawRectify(rng: RandomState, round: number): TensorGradient {
  const activation = round % 2 === 0 ? 'relu6' : 'relu';
  const shape = [between(rng, 2, 3), between(rng, 2, 4), between(rng, 3, 5)];
  for (;;) {
    const x = scaled(normals(rng, shape), 4);
    if (isNearKink(x, activation)) continue;
    const exact: Gradient = (inputs, dout) => ({ x: masked(inputs.x!, dout, activation) });
    return {
      inputs: { x },
      dout: normals(rng, shape),
      exact,
      single: tensorGradient((a) => rectify(a!, activation)),
      condition: (inputs, dout) => exact(inputs, absolute(dout)),
      roundings: 1,
    };
  }
}

/** Draws a convolution with a bias, a residual and a rectifier, every second one depthwise. */
export function drawBiasedConv2d(rng: RandomState, round: number): TensorGradient {
  const activation = RECTIFIERS[round % RECTIFIERS.length]!;
  const depthwise = round % 2 === 1;
  const window = { stride: between(rng, 1, 2), padding: between(rng, 0, 1) };
  const image = [between(rng, 1, 2), between(rng, 4, 6), between(rng, 4, 6), between(rng, 2, 4)] as const;
  const [kernel, filters] = [between(rng, 2, 3), depthwise ? image[3] : between(rng, 2, 4)];
  const linear = depthwise ? depthwiseGradient(window) : convolutionGradient(window);
  const convolutionOf = ({ x, filter }: FloatArrays) =>
    convolve(window, { x: x!, filter: depthwise ? mixingFilter(filter!) : filter! });
  const outputOf = (inputs: FloatArrays) => plus(plusBias(convolutionOf(inputs), inputs.bias!), inputs.residual!);

  for (;;) {
    const factors = {
      x: normals(rng, image),
      filter: normals(rng, [kernel, kernel, image[3], depthwise ? 1 : filters]),
    };
    const { shape } = convolutionOf(factors);
    const inputs = { ...factors, bias: normals(rng, [filters]), residual: normals(rng, shape) };
    const z = outputOf(inputs);
    if (isNearKink(z, activation)) continue;
    const gradientOf = ({ x, filter }: FloatArrays, dz: FloatNdArray) => ({
      ...linear({ x: x!, filter: filter! }, dz),
      bias: sumOfRows(dz, filters),
      residual: dz,
    });
    return {
      inputs,
      dout: normals(rng, z.shape),
      exact: (at, dout) => gradientOf(at, masked(outputOf(at), dout, activation)),
      single: tensorGradient((x, filter, bias, residual) =>
        biasedConv2d(x!, filter!, bias!, { ...window, depthwise, activation, residual: residual! }),
      ),
      // The terms that are added up, in magnitude.
      condition: (at, dout) => gradientOf(mapArrays(at, absolute), absolute(masked(outputOf(at), dout, activation))),
      roundings: Math.max(kernel ** 2 * filters, z.size / filters) + 3,
    };
  }
}

/** dout where the rectifier has a slope. */
function masked(z: FloatNdArray, dout: FloatNdArray, activation: Rectifier): FloatNdArray {
  const end = END[activation];
  const hasSlope = (value: number) => activation === 'linear' || (value > 0 && value < end);
  return fromValues(
    Float64Array.from(dout.data, (slope, i) => (hasSlope(z.data[i]!) ? slope : 0)),
    dout.shape,
  );
}

function isNearKink(z: FloatNdArray, activation: Rectifier): boolean {
  if (activation === 'linear') return false;
  return z.data.some((value) => Math.abs(value) < KINK_MARGIN || Math.abs(value - END[activation]) < KINK_MARGIN);
}

function plus(a: FloatNdArray, b: FloatNdArray): FloatNdArray {
  return fromValues(
    Float64Array.from(a.data, (value, i) => value + b.data[i]!),
    a.shape,
  );
}

function plusBias(y: FloatNdArray, bias: FloatNdArray): FloatNdArray {
  return fromValues(
    Float64Array.from(y.data, (value, i) => value + bias.data[i % bias.size]!),
    y.shape,
  );
}

/** Returns the sum over all axes but the last. */
function sumOfRows(y: FloatNdArray, channels: number): FloatNdArray {
  const sums = zeros([channels]);
  y.data.forEach((value, i) => {
    sums.data[i % channels]! += value;
  });
  return sums;
}
