import { type Gradient, largestOfInput, sumOfMagnitudes } from '@cifarlab/gradcheck/float32';
import { ELU } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import {
  avgPool,
  type backend_util,
  conv2d,
  depthwiseConv2d,
  elu,
  maxPool,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { absolute, fromValues, mapElements, sizeOf, zeros } from '../arrays.js';
import { type DrawTensorGradient, FUNCTION_ROUNDINGS, type TensorGradient } from '../gradient-case.js';
import { moduleFunction } from '../ndarray/module-function.js';
import { between, normals } from '../random-arrays.js';
import { maxPoolGradient } from './max-pool.js';
import {
  type ConvolutionWindow,
  convolutionGradient,
  depthwiseGradient,
  outputLength,
} from './reference-convolution.js';
import { tensorGradient } from './tensor-gradient.js';

/** Tiles of Winograd's method: so many outputs per axis, or an image of so many pixels. */
type Tile = 2 | 4 | 5 | 'whole 2' | 'whole 3' | 'whole 7';

/**
 * How much Winograd's transforms magnify rounding, F(2x2, 3x3) and F(4x4, 3x3) of Lavin and Gray (arXiv:1509.09308) and the
 * backend's others: with absolute values in their matrices, the gradient for the filter, G^T (B^T x B * A dy A^T) G, of ones
 * is so many times the number of its terms, or that for the input, B (A dy A^T * G w G^T) B^T, where it is more.
 */
const WINOGRAD_GROWTH: Record<Tile, number> = { 2: 9, 4: 178, 5: 212, 'whole 2': 8, 'whole 3': 18, 'whole 7': 85 };
/** Additions of the transforms there and back, over both axes. */
const WINOGRAD_ROUNDINGS = 36;

/** Draws a convolution that is a matrix product. */
export const drawPointwise: DrawTensorGradient = (rng) => {
  const image = [between(rng, 1, 2), between(rng, 2, 4), between(rng, 2, 4), between(rng, 1, 8)] as const;
  return drawConvolution(rng, image, [1, 1], between(rng, 1, 8), { stride: 1, padding: 0 });
};

/**
 * Draws a convolution with so few channels that the backend makes columns of the patches. The first one has so many pixels
 * that WebGPU splits them among workgroups.
 */
export const drawIm2col: DrawTensorGradient = (rng, round) => {
  const isLarge = round === 0;
  const side = () => (isLarge ? 8 : 1) * between(rng, 3, 6);
  const image = [between(rng, 1, 2), side(), side(), between(rng, 1, 4)] as const;
  const window = { stride: isLarge ? 1 : between(rng, 1, 2), padding: between(rng, 0, 1) };
  return drawConvolution(rng, image, [between(rng, 1, 3), between(rng, 2, 3)], between(rng, 1, 4), window);
};

/** Draws an image so small that the backend takes tiles of 2x2. */
export const drawSmallWinograd: DrawTensorGradient = (rng) => drawWinograd(rng, 2, [1, between(rng, 4, 6)]);

/** Images that the backend cuts into tiles of 4x4. */
export const drawLargeWinograd: DrawTensorGradient = (rng) => drawWinograd(rng, 4, [2, between(rng, 7, 8)]);

/** Images that fit tiles of 5x5. */
export const drawWinograd5: DrawTensorGradient = (rng) => drawWinograd(rng, 5, [6, 5]);

/** Images that are one tile each: a few of 2x2 or 3x3 pixels, or so many of 7x7 that the backend takes them whole. */
export const drawWholeImages: DrawTensorGradient = (rng, round) => {
  const size = ([2, 3, 7] as const)[round % 3]!;
  return drawWinograd(rng, `whole ${size}`, [size === 7 ? 14 : between(rng, 1, 3), size]);
};

type Image = readonly [images: number, height: number, width: number, channels: number];

function drawConvolution(
  rng: RandomState,
  image: Image,
  filter: readonly [height: number, width: number],
  filters: number,
  window: ConvolutionWindow,
): TensorGradient {
  const out = outputShape(image, filter, filters, window);
  const exact = convolutionGradient(window);
  return {
    inputs: { x: normals(rng, image), filter: normals(rng, [...filter, image[3], filters]) },
    dout: normals(rng, out),
    exact,
    single: tensorGradient((x, w) => conv2d(x as Tensor4D, w as Tensor4D, window.stride, borders(window))),
    condition: sumOfMagnitudes(exact),
    roundings: Math.max(sizeOf(filter) * filters, sizeOf(out.slice(0, 3))) + 1,
  };
}

/** Draws a 3x3 convolution with so many channels that the backend takes Winograd's method. */
function drawWinograd(rng: RandomState, tile: Tile, [images, side]: [number, number]): TensorGradient {
  const [channels, filters] = [32, 32 + 4 * between(rng, 0, 1)];
  const window = { stride: 1, padding: 1 };
  const drawn = drawConvolution(rng, [images, side, side, channels], [3, 3], filters, window);
  const tiles = typeof tile === 'number' ? Math.ceil(side / tile) ** 2 : 1;
  return {
    ...drawn,
    condition: largestOfInput(drawn.condition!),
    roundings: (Math.max(filters, images * tiles) + WINOGRAD_ROUNDINGS) * WINOGRAD_GROWTH[tile],
  };
}

/** Draws a depthwise convolution. */
export function drawDepthwise(rng: RandomState): TensorGradient {
  const image = [between(rng, 1, 2), between(rng, 4, 6), between(rng, 4, 6), between(rng, 1, 6)] as const;
  const filter = [between(rng, 1, 3), between(rng, 2, 3)] as const;
  const window = { stride: between(rng, 1, 2), padding: between(rng, 0, 1) };
  const out = outputShape(image, filter, image[3], window);
  const exact = depthwiseGradient(window);
  return {
    inputs: { x: normals(rng, image), filter: normals(rng, [...filter, image[3], 1]) },
    dout: normals(rng, out),
    exact,
    single: tensorGradient((x, w) => depthwiseConv2d(x as Tensor4D, w as Tensor4D, window.stride, borders(window))),
    condition: sumOfMagnitudes(exact),
    roundings: Math.max(sizeOf(filter), sizeOf(out.slice(0, 3))) + 1,
  };
}

/** Pooling to the maximum. */
export function drawMaxPool(rng: RandomState): TensorGradient {
  const image = [between(rng, 1, 2), between(rng, 4, 6), between(rng, 4, 6), between(rng, 1, 4)] as const;
  const filter = [between(rng, 2, 3), between(rng, 2, 3)] as const;
  const window = { stride: between(rng, 1, 2), padding: between(rng, 0, 1) };
  // No two values are near each other, so that the largest of a window stays the largest.
  const values = Float64Array.from(rng.permutation(sizeOf(image)), (rank) => Math.fround(rank / 64 - 1));
  const exact = maxPoolGradient(filter, window);
  return {
    inputs: { x: fromValues(values, image) },
    dout: normals(rng, outputShape(image, filter, image[3], window)),
    exact,
    single: tensorGradient((x) => maxPool(x as Tensor4D, [...filter], window.stride, borders(window))),
    condition: (inputs, dout) => exact(inputs, absolute(dout)),
    roundings: sizeOf(filter),
  };
}

/** Average pooling without padding: at a padded border TensorFlow.js, whose gradients the backend has, has another than its forward pass. */
export function drawAvgPool(rng: RandomState): TensorGradient {
  const image = [between(rng, 1, 2), between(rng, 4, 6), between(rng, 4, 6), between(rng, 1, 4)] as const;
  const filter = [between(rng, 2, 3), between(rng, 2, 3)] as const;
  const window = { stride: between(rng, 1, 2), padding: 0 };
  // The mean of a window is a convolution with a filter of equal numbers.
  const mean = mapElements(zeros([...filter, image[3], 1]), () => 1 / sizeOf(filter));
  const exact: Gradient = ({ x }, dout) => ({ x: depthwiseGradient(window)({ x: x!, filter: mean }, dout).x! });
  return {
    inputs: { x: normals(rng, image) },
    dout: normals(rng, outputShape(image, filter, image[3], window)),
    exact,
    single: tensorGradient((x) => avgPool(x as Tensor4D, [...filter], window.stride, 'valid')),
    condition: sumOfMagnitudes(exact),
    roundings: sizeOf(filter) + FUNCTION_ROUNDINGS,
  };
}

/** Draws an ELU large enough for the backend to compute it natively. */
export function drawElu(rng: RandomState): TensorGradient {
  const shape = [between(rng, 8, 9), 128];
  const exact = moduleFunction(new ELU()).gradient;
  return {
    inputs: { x: normals(rng, shape) },
    dout: normals(rng, shape),
    exact,
    single: tensorGradient((x) => elu(x!)),
    // That of dout: exp(x) dout moves by less with x.
    condition: (inputs, dout) => exact(inputs, absolute(dout)),
    roundings: 3 * FUNCTION_ROUNDINGS,
  };
}

/** Returns the padding as TensorFlow.js takes it; as a number it would take filters for square. */
function borders({ padding }: ConvolutionWindow): backend_util.ExplicitPadding {
  const border: [number, number] = [padding, padding];
  return [[0, 0], border, border, [0, 0]];
}

function outputShape(
  [images, height, width]: Image,
  filter: readonly [number, number],
  channels: number,
  window: ConvolutionWindow,
) {
  return [images, outputLength(height, filter[0], window), outputLength(width, filter[1], window), channels];
}
