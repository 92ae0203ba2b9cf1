import { ACTIVATIONS, type Activation } from './activation.js';
import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';
import type { WinogradGeometry } from './winograd-geometry.js';

/** Addresses and strides of a transform's tensors, in bytes and multiples of 4 (of 16 for speed). */
interface WinogradOperands {
  /** Address of the NHWC tensor's image 0. */
  pixels: number;
  /**
   * Address of the transformed tensor: `planes` planes of [images * tilesY * tilesX, channels]; tile (n, ty, tx) is row
   * (n * tilesY + ty) * tilesX + tx.
   */
  transformed: number;
  /**
   * Distance of two planes: at least a plane's size; best not a multiple of 4096 (a row of padding will do), or the
   * planes evict each other from the cache. What lies between is neither read nor written.
   */
  planeStride: number;
  /** A multiple of 4. */
  channels: number;
  /** The images to work on, firstImage <= n < endImage, counted from those the addresses point at. Default 0. */
  firstImage?: number;
  endImage: number;
}

/** What follows a convolution: y = activation(y + bias + residual). */
export interface WinogradFinish {
  /** Address of a row of `channels` numbers, which is added to every pixel. */
  bias: number;
  /** Address of image 0 of a tensor of the output's shape, which is added. Default none. */
  residual?: number | undefined;
  activation: Activation;
}

/**
 * Winograd's transforms of 3x3 convolutions with stride 1 (Lavin and Gray 2015, https://arxiv.org/abs/1509.09308).
 * With V = input(x), Z = outputAdjoint(dy), and U and its adjoint by the matrices of winograd-geometry.ts, plane by plane:
 * y = output(V U), dx = inputAdjoint(Z U^T), dw = the adjoint of U at V^T Z. Nothing is checked: a wrong address or size
 * reads and writes elsewhere in the memory.
 */
export interface WinogradKernels {
  /** V = B^T d B: pixels [images, height, width, channels] to transformed. */
  input(geometry: WinogradGeometry, operands: WinogradOperands): void;
  /** Applies the adjoint of `input`: overwrites those images' pixels with the overlapping sums of B V B^T. */
  inputAdjoint(geometry: WinogradGeometry, operands: WinogradOperands): void;
  /** Y = A^T M A: transformed to pixels [images, outHeight, outWidth, channels], with what follows in the same pass. */
  output(geometry: WinogradGeometry, operands: WinogradOperands, finish?: WinogradFinish): void;
  /** Applies the adjoint of `output`, A Y A^T: pixels [images, outHeight, outWidth, channels] to transformed. */
  outputAdjoint(geometry: WinogradGeometry, operands: WinogradOperands): void;
}

/** The codes of assembly/winograd.ts. */
const INPUT = 0;
const INPUT_ADJOINT = 1;
const OUTPUT = 2;
const OUTPUT_ADJOINT = 3;

/** Returns the Winograd part of the SIMD kernels. */
export function winogradKernels(team: SimdTeam): WinogradKernels {
  const run = (
    transform: number,
    geometry: WinogradGeometry,
    operands: WinogradOperands,
    { bias, residual = 0, activation }: WinogradFinish = { bias: 0, activation: 'linear' },
  ) => {
    const { outputs, whole, height, width, tilesY, tilesX, padTop, padLeft, planes } = geometry;
    const { pixels, transformed, planeStride, channels, firstImage = 0, endImage } = operands;
    const images = endImage - firstImage;
    const bytes = images * (height * width + planes * tilesY * tilesX) * channels * 4;
    const padding = whole ? [0, 0] : [padTop, padLeft];
    const sizes = [height, width, channels, tilesY, tilesX, ...padding, planeStride];
    const finish = [bias, residual, ACTIVATIONS.indexOf(activation)];
    const calls = ranges(team.threads, images, bytes).map(({ first, count }) => {
      const start = firstImage + first;
      return [outputs, Number(whole), transform, pixels, transformed, start, start + count, ...sizes, ...finish];
    });
    team.run('winogradTransform', calls);
  };
  /** Returns the geometry of a transform of the convolution's output. */
  const ofOutput = (geometry: WinogradGeometry) => {
    const { outHeight: height, outWidth: width } = geometry;
    return { ...geometry, height, width, padTop: 0, padLeft: 0 };
  };
  return {
    input: (geometry, operands) => run(INPUT, geometry, operands),
    inputAdjoint: (geometry, operands) => run(INPUT_ADJOINT, geometry, operands),
    output: (geometry, operands, finish) => run(OUTPUT, ofOutput(geometry), operands, finish),
    outputAdjoint: (geometry, operands) => run(OUTPUT_ADJOINT, ofOutput(geometry), operands),
  };
}
