import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGpuBackend } from '../backend.js';
import { runAddChunks } from '../columns.js';
import { runShader, sizeOf } from '../run-shader.js';
import type { Shader } from '../shader.js';
import type { GpuKernel } from './kernel.js';

/** Weights, in both directions, that a workgroup makes. */
const TILE = 64;
/** Pixels that it loads at a time. */
const DEPTH = 16;
/** Invocations in both directions, each of which makes 4 x 4 weights. */
const SIDE = 16;
const LINES = (SIDE * SIDE) / TILE;

const each = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/**
 * The gradient of a convolution for its filter, as a product of matrices:
 *
 *     dw [tap and channel, filter] = patches [pixel, tap and channel]^T dy [pixel, filter]
 *
 * Patches are made as they are loaded, 16 pixels of 64 columns at a time, and shared by a workgroup with as many of dy. Pixels
 * (of all images) are split among workgroups where there are few weights; `partial` has the sum of each part.
 */
const filterGradientShader: Shader = {
  name: 'CifarlabFilterGradient',
  inputs: ['x', 'dy'],
  outputs: ['partial'],
  uniforms: {
    ...{ pixels: 'u32', rows: 'u32', columns: 'u32', depth: 'u32' },
    ...{ outWidth: 'u32', outArea: 'u32', channels: 'u32', filterWidth: 'u32' },
    ...{ inHeight: 'i32', inWidth: 'i32', strideHeight: 'i32', strideWidth: 'i32', padTop: 'i32', padLeft: 'i32' },
  },
  code: `
var<workgroup> patches: array<f32, ${TILE * DEPTH}>;
var<workgroup> slopes: array<f32, ${TILE * DEPTH}>;
@compute @workgroup_size(${SIDE * SIDE})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let place = lane % ${TILE}u;
  let line = lane / ${TILE}u;
  let m = group.y * ${TILE}u + place;
  let n = group.x * ${TILE}u + place;
  let channel = m % uniforms.channels;
  let tap = m / uniforms.channels;
  let top = i32(tap / uniforms.filterWidth) - uniforms.padTop;
  let left = i32(tap % uniforms.filterWidth) - uniforms.padLeft;
  let first = group.z * uniforms.depth;
  let end = min(first + uniforms.depth, uniforms.pixels);
  let mine = lane % ${SIDE}u;
  let own = lane / ${SIDE}u;
  ${each(4, (i) => `var sum${i} = vec4<f32>(0.0);`)}
  for (var start = first; start < end; start += ${DEPTH}u) {
    for (var j = 0u; j < ${DEPTH / LINES}u; j++) {
      let k = line + ${LINES}u * j;
      let pixel = start + k;
      var a = 0.0;
      var b = 0.0;
      if (pixel < end) {
        if (n < uniforms.columns) { b = dy[pixel * uniforms.columns + n]; }
        let image = i32(pixel / uniforms.outArea);
        let position = pixel % uniforms.outArea;
        let row = i32(position / uniforms.outWidth) * uniforms.strideHeight + top;
        let column = i32(position % uniforms.outWidth) * uniforms.strideWidth + left;
        if (m < uniforms.rows && row >= 0 && row < uniforms.inHeight && column >= 0 && column < uniforms.inWidth) {
          a = x[u32((image * uniforms.inHeight + row) * uniforms.inWidth + column) * uniforms.channels + channel];
        }
      }
      patches[k * ${TILE}u + place] = a;
      slopes[k * ${TILE}u + place] = b;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH}u; k++) {
      let base = k * ${TILE}u;
      let b = vec4<f32>(${[0, 1, 2, 3].map((i) => `slopes[base + mine + ${SIDE * i}u]`).join(', ')});
      ${each(4, (i) => `sum${i} += patches[base + own + ${SIDE * i}u] * b;`)}
    }
    workgroupBarrier();
  }
  let to = group.z * uniforms.rows;
  ${each(
    4,
    (i) => `{
    let row = group.y * ${TILE}u + own + ${SIDE * i}u;
    let column = group.x * ${TILE}u + mine;
    if (row < uniforms.rows) {
      let at = (to + row) * uniforms.columns + column;
      ${each(4, (j) => `if (column + ${SIDE * j}u < uniforms.columns) { partial[at + ${SIDE * j}u] = sum${i}[${j}]; }`)}
    }
  }`,
  )}
}`,
};

/** Workgroups that keep a large GPU busy. */
const BUSY = 512;
/** Pixels below which a part is not worth its own sum. */
const LEAST_DEPTH = 256;
/** Bytes that the parts of one gradient may take. */
const MOST_PARTIAL_BYTES = 64 * 2 ** 20;

/** Returns into how many parts the pixels are split. */
function partsOf(pixels: number, rows: number, columns: number): number {
  const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  const most = Math.min(Math.ceil(pixels / LEAST_DEPTH), Math.floor(MOST_PARTIAL_BYTES / (4 * rows * columns)));
  return Math.max(1, Math.min(Math.ceil(BUSY / tiles), most));
}

interface FilterGradientAttributes {
  strides: [number, number] | number;
  pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
  filterShape: [number, number, number, number];
}

/** Gradient of a convolution for its filter: inputs x, dy [batch, height, width, channels]; output of the filter's shape. */
export const filterGradient: GpuKernel = {
  kernelName: 'Conv2DBackpropFilter',
  run({ inputs, attrs, backend }) {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as FilterGradientAttributes;
    if (dataFormat === 'NCHW' || sizeOf(x.shape) === 0 || sizeOf(dy.shape) === 0) return undefined;
    const shape = x.shape as [number, number, number, number];
    const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
    return compute(backend, x, dy, info, filterShape);
  },
};

function compute(
  backend: WebGpuBackend,
  x: TensorInfo,
  dy: TensorInfo,
  info: backend_util.Conv2DInfo,
  filterShape: readonly number[],
): TensorInfo {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, strideHeight, strideWidth, filterWidth } = info;
  const rows = sizeOf(filterShape.slice(0, 3));
  const columns = filterShape[3]!;
  const pixels = batchSize * outHeight * outWidth;
  const parts = partsOf(pixels, rows, columns);
  const depth = DEPTH * Math.ceil(pixels / parts / DEPTH);
  const used = Math.ceil(pixels / depth);
  const [partial] = runShader(backend, filterGradientShader, {
    inputs: { x, dy },
    outputs: [used === 1 ? filterShape : [used, ...filterShape]],
    uniforms: {
      ...{ pixels, rows, columns, depth, outWidth, outArea: outHeight * outWidth, channels: filterShape[2]! },
      ...{ filterWidth, inHeight, inWidth, strideHeight, strideWidth },
      ...{ padTop: info.padInfo.top, padLeft: info.padInfo.left },
    },
    workgroups: [Math.ceil(columns / TILE), Math.ceil(rows / TILE), used],
  });
  if (used === 1) return partial!;
  const sum = runAddChunks(backend, partial!, used, filterShape);
  backend.disposeData(partial!.dataId);
  return sum;
}
