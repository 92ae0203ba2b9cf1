import type { GraphBuilder, OrtRuntime } from '@cifarlab/ort-runtime';
import { asDense, copyDense, type Dense, isColumnMajor, storeSums, transpose } from './dense.js';
import type { Matrix } from './matrix.js';

type FloatArray = Float32Array | Float64Array;

/** Multiplications up to which a product is done before another thread would be awake: 25 to 50 microseconds of them. */
const ON_ONE_THREAD = 2 ** 20;
/** Elements of a matrix that are copied at once, at most; a product that needs more is split. 32 MB in float64. */
const MAX_COPY = 2 ** 22;
/**
 * Rows of C for each thread, at most; a product of more is split. ONNX Runtime goes through all rows for each block of 64
 * columns and 128 inner indices, adding to C: with more rows that part of C no longer stays in a 1 MB L2 cache.
 */
const MAX_ROWS = 1024;
/**
 * Columns of C for each thread from which on a transposed A is turned around first: ONNX Runtime does that again for each
 * block of 64 columns.
 */
const MANY_COLUMNS = 1024;

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
  if (c.rows > MAX_ROWS * runtime.threads) {
    for (const [partC, partA, partB] of halfOfRows(c, a, b)) ortProduct(runtime, partC, partA, partB, alpha, beta);
    return;
  }
  if (Math.max(copied.a, copied.b, copied.c) > MAX_COPY && Math.max(c.rows, c.columns) > 1) {
    const half = copied.b > Math.max(copied.a, copied.c) || c.rows === 1 ? halfOfColumns : halfOfRows;
    for (const [partC, partA, partB] of half(c, a, b)) ortProduct(runtime, partC, partA, partB, alpha, beta);
    return;
  }
  const left = isTurnedAround(runtime, c, a)
    ? copyDense(a, scratch(a, 'a'), false)
    : (asDense(a) ?? copyDense(a, scratch(a, 'a')));
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

function isTurnedAround({ threads }: OrtRuntime, c: Matrix, a: Matrix): boolean {
  return isColumnMajor(a) && c.columns >= MANY_COLUMNS * threads && a.rows * a.columns <= MAX_COPY;
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
  const options = rows * inner * columns <= ON_ONE_THREAD ? ({ threads: 1 } as const) : {};
  const session = runtime.session(
    `@cifarlab/gemm ${type} ${a.transposed} ${b.transposed} ${accumulate} ${options.threads}`,
    (graph) => buildGemm(graph, type, a.transposed, b.transposed, accumulate),
    options,
  );
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
