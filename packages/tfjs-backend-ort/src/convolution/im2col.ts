import type { KernelContext, Output } from '../backend/kernel-context.js';
import { addProduct, multiply } from '../graphs/products.js';
import { type FinishPixels, outputPixels } from './conv-method.js';
import type { ConvGeometry } from './geometry.js';
import { backwardTaps, type TapTable } from './tap-table.js';

/**
 * Convolutions of any size, stride, dilation and padding as matrix products: the pixels under the filter are gathered
 * into the rows of a matrix (im2col), some megabytes at a time, so that they are still in the cache when they are
 * multiplied.
 */

/** Bytes of gathered pixels at a time. */
const CHUNK_BYTES = 10e6;
/** Chunks have a multiple of this many rows, so that the matrix product works on whole blocks of them. */
const ROW_BLOCK = 16;

/** Computes Y = im2col(X) W. x lies in the arena. */
export function im2colForward(
  context: KernelContext,
  g: ConvGeometry,
  x: Float32Array,
  w: Float32Array,
  y: Output,
  finish?: FinishPixels,
): void {
  const { outChannels } = g;
  eachPatches(context, g, x, (patches, first, rows, width) => {
    const target = y.values.subarray(first * outChannels, (first + rows) * outChannels);
    multiply(
      context.runtime,
      { data: patches, dims: [rows, width] },
      { data: w, dims: [width, outChannels] },
      { data: target, dims: [rows, outChannels] },
    );
    finish?.apply(y, first, rows);
  });
}

/** Computes dX = im2col'(dY) W'^T, with the relation of pixels turned round and W' [Cin, taps * Cout]. */
export function im2colInputGradient(
  context: KernelContext,
  g: ConvGeometry,
  dy: Float32Array,
  w: Float32Array,
  dx: Float32Array,
): void {
  const { inChannels, outChannels } = g;
  const table = tableOf(g, outChannels);
  const width = table.taps * outChannels;
  const weights = channelsFirst(context, g, w);
  eachChunk(context, table, g.batch, dy, outChannels, (columns, first, rows) => {
    const target = dx.subarray(first * inChannels, (first + rows) * inChannels);
    multiply(
      context.runtime,
      { data: columns, dims: [rows, width] },
      { data: weights, dims: [inChannels, width] },
      { data: target, dims: [rows, inChannels] },
      { transposeB: true },
    );
  });
  context.release(weights);
}

/** Computes dW = im2col(X)^T dY, summed over the chunks. x lies in the arena. */
export function im2colFilterGradient(
  context: KernelContext,
  g: ConvGeometry,
  x: Float32Array,
  dy: Float32Array,
  dw: Float32Array,
): void {
  const { outChannels } = g;
  eachPatches(context, g, x, (patches, first, rows, width) => {
    const a = { data: patches, dims: [rows, width] };
    const b = { data: dy.subarray(first * outChannels, (first + rows) * outChannels), dims: [rows, outChannels] };
    const c = { data: dw, dims: [width, outChannels] };
    if (first === 0) multiply(context.runtime, a, b, c, { transposeA: true });
    else addProduct(context.runtime, a, b, c, { transposeA: true });
  });
}

/**
 * Gathers the pixels of x under the filter, chunk by chunk, and hands each chunk over: `rows` output pixels from number
 * `first` on, as a matrix [rows, width].
 */
function eachPatches(
  context: KernelContext,
  g: ConvGeometry,
  x: Float32Array,
  use: (patches: Float32Array, first: number, rows: number, width: number) => void,
): void {
  const width = g.filterHeight * g.filterWidth * g.inChannels;
  const total = outputPixels(g);
  const maxRows = Math.min(total, rowsPerChunk(width));
  const patches = context.scratch(maxRows * width);
  for (let first = 0; first < total; first += maxRows) {
    const rows = Math.min(maxRows, total - first);
    context.simd.patches.gather(x.byteOffset, patches.byteOffset, first, rows, g);
    use(patches.subarray(0, rows * width), first, rows, width);
  }
  context.release(patches);
}

/** [taps, Cin, Cout] -> [Cin, taps, Cout], which moves whole rows of Cout; working memory of this call. */
function channelsFirst(context: KernelContext, g: ConvGeometry, w: Float32Array): Float32Array {
  const { inChannels, outChannels } = g;
  const taps = g.filterHeight * g.filterWidth;
  const weights = context.scratch(w.length);
  const session = context.runtime.session('ort-backend Transpose 1 0 2', (graph) => {
    const input = graph.input('w', 'float32', ['taps', 'in', 'out']);
    const outputs = [graph.output('t', 'float32', ['in', 'taps', 'out'])];
    graph.node('Transpose', [input], { perm: [1, 0, 2] }, { outputs });
  });
  session.run(
    [{ data: w, dims: [taps, inChannels, outChannels] }],
    [{ data: weights, dims: [inChannels, taps, outChannels] }],
  );
  return weights;
}

/**
 * Gathers the pixels under the filter, chunk by chunk, and hands each chunk over: `rows` target pixels from number
 * `first` on, as a matrix [rows, taps * channels].
 */
function eachChunk(
  context: KernelContext,
  table: TapTable,
  batch: number,
  source: Float32Array,
  channels: number,
  use: (columns: Float32Array, first: number, rows: number) => void,
): void {
  const { images, sourcePixels, targetPixels, taps } = table;
  const width = taps * channels;
  const maxRows = Math.min(images * targetPixels, rowsPerChunk(width));
  const columns = context.scratch(maxRows * width);
  // The images of a chunk with the row of zeros behind them that the table points to.
  const pixels = context.scratch((images * sourcePixels + 1) * channels);
  pixels.fill(0, images * sourcePixels * channels);
  for (let image = 0; image < batch; image += images) {
    const count = Math.min(images, batch - image);
    pixels.set(source.subarray(image * sourcePixels * channels, (image + count) * sourcePixels * channels));
    for (let row = 0; row < count * targetPixels; row += maxRows) {
      const rows = Math.min(maxRows, count * targetPixels - row);
      const chunk = columns.subarray(0, rows * width);
      gatherRows(context, pixels, channels, table.rows.subarray(row * taps, (row + rows) * taps), chunk);
      use(chunk, image * targetPixels + row, rows);
    }
  }
  context.release(columns);
  context.release(pixels);
}

function gatherRows(
  context: KernelContext,
  from: Float32Array,
  channels: number,
  rows: Int32Array,
  to: Float32Array,
): void {
  const session = context.runtime.session('ort-backend Gather rows', (graph) => {
    const inputs = [graph.input('x', 'float32', ['m', 'c']), graph.input('rows', 'int32', ['n'])];
    graph.node('Gather', inputs, { axis: 0 }, { outputs: [graph.output('y', 'float32', ['n', 'c'])] });
  });
  session.run(
    [
      { data: from, dims: [from.length / channels, channels] },
      { data: rows, dims: [rows.length] },
    ],
    [{ data: to, dims: [rows.length, channels] }],
  );
}

function rowsPerChunk(width: number): number {
  return Math.max(ROW_BLOCK, Math.floor(CHUNK_BYTES / (4 * width) / ROW_BLOCK) * ROW_BLOCK);
}

/** Tables of the geometries used last. */
const TABLES_KEPT = 64;
const tables = new Map<string, TapTable>();

function tableOf(geometry: ConvGeometry, channels: number): TapTable {
  const { inChannels: _in, outChannels: _out, batch, ...relation } = geometry;
  const { inHeight, inWidth, filterHeight, filterWidth } = relation;
  const chunks = Math.ceil((batch * inHeight * inWidth * filterHeight * filterWidth * channels * 4) / CHUNK_BYTES);
  const images = Math.ceil(batch / Math.min(batch, chunks));
  const key = [images, ...Object.values(relation)].join();
  const table = tables.get(key) ?? backwardTaps(geometry, images);
  tables.delete(key);
  tables.set(key, table);
  if (tables.size > TABLES_KEPT) tables.delete(tables.keys().next().value!);
  return table;
}
