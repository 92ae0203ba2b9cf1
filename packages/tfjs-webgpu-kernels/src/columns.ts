import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGpuBackend } from './backend.js';
import { elementwiseShader, runElementwise } from './elementwise.js';
import { runShader } from './run-shader.js';
import type { Shader, UniformType } from './shader.js';

/** Rows and columns of a tensor [..., C] as a matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
}

/** Returns the matrix that a tensor [..., C] is. */
export function matrixOf(shape: readonly number[]): Matrix {
  return { rows: shape.slice(0, -1).reduce((product, length) => product * length, 1), columns: shape.at(-1)! };
}

/** Columns that a workgroup sums, next to each other in memory. */
const LANES = 64;
/** Rows that it takes at a time. */
const LINES = 4;
const LEAST_ROWS = 64;
const MOST_CHUNKS = 256;

/** Two sums over the rows of a chunk, for every column. */
export interface ColumnSums {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Arrays that are written besides the two results. */
  readonly outputs?: readonly string[];
  readonly uniforms?: Readonly<Record<string, UniformType>>;
  /** WGSL before the rows: `first` is the chunk's first row, `c` the column. */
  readonly begin?: string;
  /** WGSL for one element: adds to `s0` and `s1`; `i` is its index. */
  readonly each: string;
  /** WGSL for the two results of a chunk, from `s0`, `s1` and the number of rows, `n`. */
  readonly results?: readonly [string, string];
}

/** Makes a shader that sums columns in chunks of rows; outputs `partial0` and `partial1` [chunks, columns], then the others. */
export function columnSumsShader({
  outputs = [],
  begin = '',
  each,
  results = ['s0', 's1'],
  ...sums
}: ColumnSums): Shader {
  const cells = Array.from({ length: LINES }, (_, line) => `${line * LANES}u + lane.x`);
  return {
    ...sums,
    outputs: ['partial0', 'partial1', ...outputs],
    uniforms: { rows: 'u32', columns: 'u32', chunk: 'u32', ...sums.uniforms },
    code: `
var<workgroup> sums0: array<f32, ${LANES * LINES}>;
var<workgroup> sums1: array<f32, ${LANES * LINES}>;
@compute @workgroup_size(${LANES}, ${LINES})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) lane: vec3<u32>) {
  let column = group.x * ${LANES}u + lane.x;
  let c = min(column, uniforms.columns - 1u);
  let first = group.y * uniforms.chunk;
  let end = min(first + uniforms.chunk, uniforms.rows);
  var s0 = 0.0;
  var s1 = 0.0;
  ${begin}
  if (column < uniforms.columns) {
    for (var row = first + lane.y; row < end; row += ${LINES}u) {
      let i = row * uniforms.columns + c;
      ${each}
    }
  }
  sums0[lane.y * ${LANES}u + lane.x] = s0;
  sums1[lane.y * ${LANES}u + lane.x] = s1;
  workgroupBarrier();
  if (lane.y == 0u && column < uniforms.columns) {
    s0 = ${cells.map((cell) => `sums0[${cell}]`).join(' + ')};
    s1 = ${cells.map((cell) => `sums1[${cell}]`).join(' + ')};
    let n = f32(end - first);
    partial0[group.y * uniforms.columns + c] = ${results[0]};
    partial1[group.y * uniforms.columns + c] = ${results[1]};
  }
}`,
  };
}

/** Queues a {@link columnSumsShader}. @returns its outputs, the number of chunks, and the rows of each but the last. */
export function runColumnSums(
  backend: WebGpuBackend,
  shader: Shader,
  inputs: Readonly<Record<string, TensorInfo>>,
  { rows, columns }: Matrix,
  { outputs = [], uniforms = {} }: { outputs?: readonly (readonly number[])[]; uniforms?: Record<string, number> } = {},
): { results: TensorInfo[]; chunks: number; chunk: number } {
  const chunk = Math.max(LEAST_ROWS, Math.ceil(rows / MOST_CHUNKS));
  const chunks = Math.ceil(rows / chunk);
  const results = runShader(backend, shader, {
    inputs,
    outputs: [[chunks, columns], [chunks, columns], ...outputs],
    uniforms: { rows, columns, chunk, ...uniforms },
    workgroups: [Math.ceil(columns / LANES), chunks],
  });
  return { results, chunks, chunk };
}

const addChunks: Shader = elementwiseShader({
  name: 'CifarlabAddChunks',
  inputs: ['partial'],
  outputs: ['sums'],
  uniforms: { chunks: 'u32' },
  code: `var sum = 0.0;
  for (var k = 0u; k < uniforms.chunks; k++) { sum += partial[k * uniforms.size + i]; }
  sums[i] = sum;`,
});

/** Adds up chunks [chunks, ...shape]. */
export function runAddChunks(
  backend: WebGpuBackend,
  partial: TensorInfo,
  chunks: number,
  shape: readonly number[],
): TensorInfo {
  return runElementwise(backend, addChunks, { partial }, [shape], { chunks })[0]!;
}
