import { cacheBytes } from '@cifarlab/internals/cpu-cache';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import { addProduct, multiply } from '../graphs/products.js';
import {
  type WinogradGeometry,
  type WinogradTile,
  weightGradientMatrix,
  weightTransformMatrix,
  wholeImageTile,
  winogradGeometry,
} from '../simd/winograd-geometry.js';
import type { WinogradFinish } from '../simd/winograd-kernels.js';
import type { FinishPixels } from './conv-method.js';
import type { ConvGeometry } from './geometry.js';

/**
 * 3x3 convolutions with stride 1 by Winograd's minimal filtering, F(m x m, 3x3) of Lavin and Gray (2015),
 * https://arxiv.org/abs/1509.09308: tiles of the input and the weights are transformed, (m + 2)^2 matrix products over
 * the channels replace im2col's nine per output pixel, and their results are transformed back.
 *
 * Small whole images have such transforms with even fewer products, see whole-image.ts.
 *
 * With V = B^T x B, U = G w G^T and Z = A dy A^T, plane by plane: y = A^T (V U) A, dx = B (Z U^T) B^T, dw = G^T (V^T Z) G.
 * The gradients are the exact adjoints, so that U serves both passes, and V and Z, where they were kept beside x and dy,
 * serve the filter gradient.
 */

/** Bytes of transformed tiles at a time, so that they are still in the cache when they are multiplied: a small or a large one. */
const CHUNK_BYTES = { small: 9e6, large: 20e6 } as const;
/** Bytes of a large cache, at least. */
const LARGE_CACHE = 64 * 2 ** 20;
/** Tiles at a time, if there are as many: for each chunk the products copy the weights of every plane into their order. */
const CHUNK_TILES = 256;
/** Tiles left empty at the end of each plane: planes a power of two apart would evict each other from the cache. */
const PADDING_TILES = 1;
/** Bytes of V^T Z at a time. */
const WEIGHT_PLANES_BYTES = 32e6;
/** Bytes of V or Z that V^T Z is computed of at a time: in a memory with gaps there may not be room for all of them. */
const GROUP_BYTES = 100e6;

/** How a convolution is cut into tiles, and its images into chunks. */
interface Plan extends WinogradGeometry {
  readonly images: number;
  readonly chunks: number;
  /** Tiles of a plane of one chunk, padding included. */
  readonly tiles: number;
  readonly batch: number;
}

/** Transformed images: [chunks, planes, tiles, channels]. */
interface Transformed {
  readonly plan: Plan;
  readonly channels: number;
  readonly values: Float32Array;
}

/** Returns whether Winograd's transforms apply to a convolution. */
export function winogradApplies(g: ConvGeometry): boolean {
  const filter = g.filterHeight === 3 && g.filterWidth === 3 && g.dilationHeight === 1 && g.dilationWidth === 1;
  const window = g.strideHeight === 1 && g.strideWidth === 1 && g.padTop <= 2 && g.padLeft <= 2;
  return filter && window && g.inChannels % 4 === 0 && g.outChannels % 4 === 0;
}

/** Returns the tile that is a whole image, where the convolution's images have one. */
export function wholeTile(g: ConvGeometry): WinogradTile | undefined {
  return wholeImageTile(paddedImage(g));
}

/**
 * Computes y = A^T (V U) A. With `keep`, V stays beside x for the filter gradient, if memory allows.
 *
 * @param finish is part of the last transform where it has a bias; else it is applied to the pixels of each chunk, while
 *   they are in the cache.
 */
export function winogradForward(
  context: KernelContext,
  tile: WinogradTile,
  g: ConvGeometry,
  { x, w }: { x: TensorInfo; w: TensorInfo },
  y: Output,
  { keep, finish }: { keep: boolean; finish?: FinishPixels | undefined },
): void {
  const plan = planOf(tile, g);
  const u = transformedWeights(context, plan, g, w);
  const isKept = keep && mayKeep(context, plan, g.inChannels);
  const v = allocate(context, plan, g.inChannels, isKept ? plan.chunks : 1);
  const products = allocate(context, plan, g.outChannels, 1);
  const last = finish?.bias && withAddresses(context, finish, finish.bias);
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const part = chunkOf(v, isKept ? chunk : 0);
    transformImages(context, 'input', context.arenaFloats(x), part, chunk);
    multiplyPlanes(context, part, u, products, false);
    context.simd.winograd.output(plan, operands(y.values, products, chunk), last && ofChunk(last, plan, chunk, y));
    if (last) continue;
    const pixels = g.outHeight * g.outWidth;
    finish?.apply(y, chunk * plan.images * pixels, imagesOf(plan, chunk) * pixels);
  }
  context.release(products.values);
  if (!(isKept && context.attach(x, attachmentKey(plan, 'input'), v.values))) context.release(v.values);
}

/** Computes dx = B (Z U^T) B^T. Z stays beside dy for the filter gradient, if memory allows. */
export function winogradInputGradient(
  context: KernelContext,
  tile: WinogradTile,
  g: ConvGeometry,
  { dy, w }: { dy: TensorInfo; w: TensorInfo },
  dx: Float32Array,
): void {
  const plan = planOf(tile, g);
  const u = transformedWeights(context, plan, g, w);
  const isKept = mayKeep(context, plan, g.outChannels);
  const z = allocate(context, plan, g.outChannels, isKept ? plan.chunks : 1);
  const products = allocate(context, plan, g.inChannels, 1);
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const part = chunkOf(z, isKept ? chunk : 0);
    transformImages(context, 'outputAdjoint', context.arenaFloats(dy), part, chunk);
    multiplyPlanes(context, part, u, products, true);
    context.simd.winograd.inputAdjoint(plan, operands(dx, products, chunk));
  }
  context.release(products.values);
  if (!(isKept && context.attach(dy, attachmentKey(plan, 'output'), z.values))) context.release(z.values);
}

/** Computes dw = G^T (V^T Z) G, summed over the chunks. Values kept for it beside x and dy are given back. */
export function winogradFilterGradient(
  context: KernelContext,
  tile: WinogradTile,
  g: ConvGeometry,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  dw: Float32Array,
): void {
  const plan = planOf(tile, g);
  const size = g.inChannels * g.outChannels;
  const inputs = planeSource(context, 'input', x, plan, g.inChannels);
  const gradients = planeSource(context, 'outputAdjoint', dy, plan, g.outChannels);
  const group = groupOf(plan, g);
  const planes = context.scratch(group * plan.planes * size);
  for (let first = 0; first < plan.chunks; first += group) {
    const count = Math.min(group, plan.chunks - first);
    const batch = count * plan.planes;
    const products = { data: planes.subarray(0, batch * size), dims: [batch, g.inChannels, g.outChannels] };
    multiply(
      context.runtime,
      { data: inputs.chunks(first, count), dims: [batch, plan.tiles, g.inChannels] },
      { data: gradients.chunks(first, count), dims: [batch, plan.tiles, g.outChannels] },
      products,
      { transposeA: true },
    );
    const adjoint = { data: gradientMatrix(tile, count), dims: [9, batch] };
    const gradient = { data: dw, dims: [9, size] };
    const flat = { data: products.data, dims: [batch, size] };
    if (first === 0) multiply(context.runtime, adjoint, flat, gradient);
    else addProduct(context.runtime, adjoint, flat, gradient);
  }
  context.release(planes);
  inputs.release();
  gradients.release();
}

/** Returns how a convolution is cut into tiles. */
export function geometryOf(tile: WinogradTile, g: ConvGeometry): WinogradGeometry {
  return winogradGeometry(tile, paddedImage(g));
}

function paddedImage({ inHeight, inWidth, outHeight, outWidth, padTop, padLeft }: ConvGeometry) {
  return {
    height: inHeight,
    width: inWidth,
    padTop,
    padLeft,
    padBottom: outHeight + 2 - inHeight - padTop,
    padRight: outWidth + 2 - inWidth - padLeft,
  };
}

function planOf(tile: WinogradTile, g: ConvGeometry): Plan {
  const geometry = geometryOf(tile, g);
  const { planes, tilesY, tilesX } = geometry;
  const tileBytes = planes * Math.max(g.inChannels, g.outChannels) * Float32Array.BYTES_PER_ELEMENT;
  const chunkBytes = CHUNK_BYTES[cacheBytes(3) < LARGE_CACHE ? 'small' : 'large'];
  const most = Math.max(1, Math.floor(Math.max(chunkBytes / tileBytes, CHUNK_TILES) / (tilesY * tilesX)));
  const images = Math.ceil(g.batch / Math.ceil(g.batch / most));
  return {
    ...geometry,
    batch: g.batch,
    images,
    chunks: Math.ceil(g.batch / images),
    tiles: images * tilesY * tilesX + PADDING_TILES,
  };
}

/** U [planes, Cin, Cout], kept beside the weights until they are disposed of, which an update of theirs does. */
function transformedWeights(
  context: KernelContext,
  { tile, planes }: Plan,
  g: ConvGeometry,
  w: TensorInfo,
): Float32Array {
  const key = `winograd ${tile} weights`;
  const known = context.attached(w, key);
  if (known !== undefined) return known;
  const size = g.inChannels * g.outChannels;
  const u = context.scratch(planes * size);
  multiply(
    context.runtime,
    { data: transformMatrix(tile), dims: [planes, 9] },
    { data: context.floats(w), dims: [9, size] },
    { data: u, dims: [planes, size] },
  );
  context.attach(w, key, u);
  return u;
}

function allocate(context: KernelContext, plan: Plan, channels: number, chunks: number): Transformed {
  return { plan, channels, values: context.scratch(chunks * plan.planes * plan.tiles * channels) };
}

function chunkOf({ plan, channels, values }: Transformed, first: number, count = 1): Transformed {
  const size = plan.planes * plan.tiles * channels;
  return { plan, channels, values: values.subarray(first * size, (first + count) * size) };
}

/** V of x or Z of dy, some chunks at a time. */
interface PlaneSource {
  /** Valid until the next call. */
  chunks(first: number, count: number): Float32Array;
  /** Gives the memory back, also what an earlier pass kept. */
  release(): void;
}

/** Returns what an earlier pass kept, or what makes it again. */
function planeSource(
  context: KernelContext,
  transform: 'input' | 'outputAdjoint',
  tensor: TensorInfo,
  plan: Plan,
  channels: number,
): PlaneSource {
  const key = attachmentKey(plan, transform === 'input' ? 'input' : 'output');
  const kept = context.attached(tensor, key);
  if (kept !== undefined) {
    return {
      chunks: (first, count) => chunkOf({ plan, channels, values: kept }, first, count).values,
      release: () => void context.detach(tensor, key),
    };
  }
  let made: Transformed | undefined;
  return {
    chunks(first, count) {
      made ??= allocate(context, plan, channels, count);
      for (let i = 0; i < count; i++) {
        transformImages(context, transform, context.arenaFloats(tensor), chunkOf(made, i), first + i);
      }
      return chunkOf(made, 0, count).values;
    },
    release: () => {
      if (made) context.release(made.values);
    },
  };
}

/** Returns whether to keep V or Z of all chunks, if there is room. */
function mayKeep(context: KernelContext, plan: Plan, channels: number): boolean {
  return context.mayAttach(plan.chunks * bytesOf(plan, channels));
}

/** Bytes of a transformed chunk. */
function bytesOf({ planes, tiles }: Plan, channels: number): number {
  return planes * tiles * channels * Float32Array.BYTES_PER_ELEMENT;
}

/** Chunks whose V^T Z are computed at a time. It depends on the shape alone, as the order of the sums does with it. */
function groupOf(plan: Plan, { inChannels, outChannels }: ConvGeometry): number {
  const products = WEIGHT_PLANES_BYTES / (plan.planes * inChannels * outChannels * Float32Array.BYTES_PER_ELEMENT);
  const images = GROUP_BYTES / bytesOf(plan, Math.max(inChannels, outChannels));
  return Math.max(1, Math.min(plan.chunks, Math.floor(products), Math.floor(images)));
}

/** Transforms the images of a chunk. The tiles behind them are zero: the filter gradient sums over all tiles. */
function transformImages(
  context: KernelContext,
  transform: 'input' | 'outputAdjoint',
  pixels: Float32Array,
  to: Transformed,
  chunk: number,
): void {
  const { plan, channels, values } = to;
  context.simd.winograd[transform](plan, operands(pixels, to, chunk));
  const filled = imagesOf(plan, chunk) * plan.tilesY * plan.tilesX;
  for (let plane = 0; plane < plan.planes; plane++) {
    values.fill(0, (plane * plan.tiles + filled) * channels, (plane + 1) * plan.tiles * channels);
  }
}

function withAddresses(
  context: KernelContext,
  { residual, activation }: FinishPixels,
  bias: TensorInfo,
): WinogradFinish {
  return {
    bias: context.arenaFloats(bias).byteOffset,
    residual: residual && context.arenaFloats(residual).byteOffset,
    activation,
  };
}

/** The same with the residual's images of a chunk. */
function ofChunk(finish: WinogradFinish, { images, batch }: Plan, chunk: number, y: Output): WinogradFinish {
  const { residual } = finish;
  const before = (chunk * images * y.values.byteLength) / batch;
  return { ...finish, residual: residual === undefined ? undefined : residual + before };
}

function operands(pixels: Float32Array, { plan, channels, values }: Transformed, chunk: number) {
  const imageSize = pixels.length / plan.batch;
  return {
    pixels: pixels.byteOffset + chunk * plan.images * imageSize * 4,
    transformed: values.byteOffset,
    planeStride: plan.tiles * channels * 4,
    channels,
    endImage: imagesOf(plan, chunk),
  };
}

function imagesOf({ batch, images }: Plan, chunk: number): number {
  return Math.min(images, batch - chunk * images);
}

/** [planes, tiles, Cin] U -> [planes, tiles, Cout], or the other way round with U^T. */
function multiplyPlanes(
  { runtime }: KernelContext,
  from: Transformed,
  u: Float32Array,
  to: Transformed,
  transposeB: boolean,
): void {
  const { planes, tiles } = from.plan;
  const [inChannels, outChannels] = transposeB ? [to.channels, from.channels] : [from.channels, to.channels];
  multiply(
    runtime,
    { data: from.values, dims: [planes, tiles, from.channels] },
    { data: u, dims: [planes, inChannels, outChannels] },
    { data: to.values, dims: [planes, tiles, to.channels] },
    { transposeB },
  );
}

function attachmentKey(plan: Plan, side: 'input' | 'output'): string {
  // The same data may be an image of another shape, too: a reshaped tensor shares it.
  const { tile, padTop, padLeft, height, width, outHeight, outWidth, batch } = plan;
  return `winograd ${side} ${[tile, padTop, padLeft, height, width, outHeight, outWidth, batch]}`;
}

const transformMatrices = new Map<WinogradTile, Float32Array>();

function transformMatrix(tile: WinogradTile): Float32Array {
  const matrix = transformMatrices.get(tile) ?? weightTransformMatrix(tile);
  transformMatrices.set(tile, matrix);
  return matrix;
}

const gradientMatrices = new Map<string, Float32Array>();

/** Returns G^T (x) G^T once for every chunk, [9, count * planes]: the product with it also sums over the chunks. */
function gradientMatrix(tile: WinogradTile, count: number): Float32Array {
  const key = `${tile} ${count}`;
  const known = gradientMatrices.get(key);
  if (known !== undefined) return known;
  const matrix = weightGradientMatrix(tile);
  const planes = matrix.length / 9;
  const repeated = Float32Array.from({ length: 9 * count * planes }, (_, index) => {
    const row = Math.floor(index / (count * planes));
    return matrix[row * planes + (index % planes)]!;
  });
  gradientMatrices.set(key, repeated);
  return repeated;
}
