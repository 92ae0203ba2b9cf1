import type { GraphBuilder, OrtRuntime } from '@cifarlab/ort-runtime';
import { asDense, copyDense, type Dense, storeSums, transpose } from './dense.js';
import type { Matrix } from './matrix.js';

type FloatArray = Float32Array | Float64Array;

/** Elements of a matrix that are copied at once, at most; a product that needs more is split. 32 MB in float64. */
const MAX_COPY = 2 ** 22;

/**
 * C = alpha * A * B + beta * C by ONNX Runtime's `Gemm`, with all three of one type, in which the sums are taken too.
 *
 * Matrices without gaps, transposed ones included, are used where they lie; others are copied. The operator itself adds
 * to C where alpha and beta are 1; other factors are applied to the finished sums.
 */
export function ortProduct(runtime: OrtRuntime, c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number): void {
  const denseC = asDense(c);
  if (denseC?.transposed) {
    ortProduct(runtime, transpose(c), transpose(b), transpose(a), alpha, beta);
    return;
  }
  const copied = copiedElements(c, a, b, alpha, beta);
  if (Math.max(copied.a, copied.b, copied.c) > MAX_COPY && Math.max(c.rows, c.columns) > 1) {
    const half = copied.b > Math.max(copied.a, copied.c) || c.rows === 1 ? halfOfColumns : halfOfRows;
    for (const [partC, partA, partB] of half(c, a, b)) ortProduct(runtime, partC, partA, partB, alpha, beta);
    return;
  }
  const left = asDense(a) ?? copyDense(a, scratch(a, 'a'));
  const right = asDense(b) ?? copyDense(b, scratch(b, 'b'));
  if (denseC && inPlace(alpha, beta)) {
    run(runtime, c, denseC.data, left, right, a.columns, beta === 1);
  } else {
    const sums = scratch(c, 'c');
    run(runtime, c, sums, left, right, a.columns, false);
    storeSums(c, sums, alpha, beta);
  }
}

/** How many elements of each matrix `ortProduct` copies. */
export function copiedElements(c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number) {
  return {
    a: asDense(a) ? 0 : a.rows * a.columns,
    b: asDense(b) ? 0 : b.rows * b.columns,
    c: inPlace(alpha, beta) && asDense(c) ? 0 : c.rows * c.columns,
  };
}

function inPlace(alpha: number, beta: number): boolean {
  return alpha === 1 && (beta === 0 || beta === 1);
}

function run(
  runtime: OrtRuntime,
  { rows, columns }: Matrix,
  sums: FloatArray,
  a: Dense,
  b: Dense,
  inner: number,
  accumulate: boolean,
): void {
  const type = sums instanceof Float64Array ? 'float64' : 'float32';
  const key = `@cifarlab/gemm ${type} ${a.transposed} ${b.transposed} ${accumulate}`;
  const session = runtime.session(key, (graph) => buildGemm(graph, type, a.transposed, b.transposed, accumulate));
  const inputs = [
    { data: a.data, dims: a.transposed ? [inner, rows] : [rows, inner] },
    { data: b.data, dims: b.transposed ? [columns, inner] : [inner, columns] },
  ];
  const output = { data: sums, dims: [rows, columns] };
  if (accumulate) inputs.push(output);
  session.run(inputs, [output]);
}

/** [Gemm](https://onnx.ai/onnx/operators/onnx__Gemm.html) of matrices of any size. */
function buildGemm(
  graph: GraphBuilder,
  type: 'float32' | 'float64',
  transA: boolean,
  transB: boolean,
  accumulate: boolean,
): void {
  const inputs = [
    graph.input('a', type, transA ? ['k', 'm'] : ['m', 'k']),
    graph.input('b', type, transB ? ['n', 'k'] : ['k', 'n']),
  ];
  if (accumulate) inputs.push(graph.input('c', type, ['m', 'n']));
  const output = graph.output('sums', type, ['m', 'n']);
  graph.node('Gemm', inputs, { transA: Number(transA), transB: Number(transB) }, { outputs: [output] });
}

type Factors = [c: Matrix, a: Matrix, b: Matrix];

function halfOfRows(c: Matrix, a: Matrix, b: Matrix): Factors[] {
  const rows = c.rows >> 1;
  const below = (x: Matrix) => ({ ...x, offset: x.offset + rows * x.rowStride, rows: x.rows - rows });
  return [
    [{ ...c, rows }, { ...a, rows }, b],
    [below(c), below(a), b],
  ];
}

function halfOfColumns(c: Matrix, a: Matrix, b: Matrix): Factors[] {
  return halfOfRows(transpose(c), transpose(b), transpose(a)).map(([ct, bt, at]) => [
    transpose(ct),
    transpose(at),
    transpose(bt),
  ]);
}

const buffers = new Map<string, FloatArray>();

/** Memory for a copy of the matrix, kept for the next one of that role and type. */
function scratch({ data, rows, columns }: Matrix, role: 'a' | 'b' | 'c'): FloatArray {
  const [key, make] =
    data instanceof Float64Array
      ? [`float64 ${role}`, (n: number) => new Float64Array(n)]
      : [`float32 ${role}`, (n: number) => new Float32Array(n)];
  const size = rows * columns;
  let buffer = buffers.get(key);
  if (buffer === undefined || buffer.length < size) {
    buffer = make(size);
    buffers.set(key, buffer);
  }
  return buffer.subarray(0, size);
}
