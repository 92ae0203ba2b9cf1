import { cacheBytes } from '@cifarlab/internals/cpu-cache';
import type { GraphBuilder } from '../model/graph-builder.js';
import type { OrtRuntime, SessionOptions } from '../runtime.js';
import { type Cores, type ProductPlan, type ProductShape, planProduct } from './product-plan.js';

/** C = op(A) op(B), or C += op(A) op(B), of matrices of one type that lie in memory row after row without gaps. */
export interface MatrixProduct {
  /** op(A) is [m, k]. */
  readonly a: Float32Array | Float64Array;
  /** op(B) is [k, n]. */
  readonly b: Float32Array | Float64Array;
  /** [m, n]. Written, and read where `accumulate`; it shares no memory with A and B. */
  readonly c: Float32Array | Float64Array;
  /** Rows of C. */
  readonly m: number;
  /** The inner size. */
  readonly k: number;
  /** Columns of C. */
  readonly n: number;
  /** op(A) = A^T: A lies in memory as [k, m]. Default false. */
  readonly transposeA?: boolean;
  /** op(B) = B^T: B lies in memory as [n, k]. Default false. */
  readonly transposeB?: boolean;
  /** Adds to C. Default false: what C holds, NaN included, does not matter. */
  readonly accumulate?: boolean;
}

/** A product with all that {@link MatrixProduct} leaves open. */
export type Product = ProductShape & Pick<MatrixProduct, 'a' | 'b' | 'c'>;
type FloatArray = MatrixProduct['c'];

/** Multiplications up to which a product is done before another thread would be awake: some 30 microseconds of them. */
const ON_ONE_THREAD = 2 ** 20;
const ONE_THREAD: SessionOptions = { threads: 1 };

/**
 * Multiplies matrices on ONNX Runtime, in the way that is fastest for their shape: as they lie, with C or A transposed in
 * between, or in parts. Sums are in the type of the matrices; their order depends on nothing but the shape, the number of
 * threads and the machine, so that equal calls give equal results, bit for bit.
 *
 * @throws RangeError when the length of an array does not fit; {@link OrtError} when the types differ.
 */
export function multiplyMatrices(runtime: OrtRuntime, product: MatrixProduct): void {
  const { m, k, n, a, b, c, transposeA = false, transposeB = false, accumulate = false } = product;
  assertSize('A', a, m, k);
  assertSize('B', b, k, n);
  assertSize('C', c, m, n);
  if (m * n === 0) return;
  if (k === 0) {
    if (!accumulate) c.fill(0);
    return;
  }
  // A vector is the same in memory as its transpose, and a product with one is faster when it lies as a row.
  const isTransposedA = transposeA && m > 1 && k > 1;
  const isTransposedB = transposeB && k > 1 && n > 1;
  const type = c instanceof Float32Array ? 'float32' : 'float64';
  const whole = { ...product, transposeA: isTransposedA, transposeB: isTransposedB, accumulate, type } as const;
  if (m * k * n <= ON_ONE_THREAD) gemm(runtime, whole, ONE_THREAD);
  else multiplyAs(planProduct(whole, coresOf(runtime)), runtime, whole);
}

/** The cores that a runtime's threads run on. */
export function coresOf({ threads }: OrtRuntime): Cores {
  return { threads, cacheBytes: cacheBytes(2) };
}

/** Multiplies in one way, which must be among those that the shape allows. */
export function multiplyAs(plan: ProductPlan, runtime: OrtRuntime, product: Product): void {
  if (plan.way === 'direct') gemm(runtime, product);
  else if (plan.way === 'transposed-product') throughTransposedProduct(runtime, product);
  else if (plan.way === 'transposed-a') throughTransposedA(runtime, product);
  else if (plan.way === 'split-inner') splitInner(runtime, product, plan.parts);
  else splitRows(runtime, product, plan.rows);
}

function assertSize(name: string, { length }: FloatArray, rows: number, columns: number): void {
  if (length === rows * columns) return;
  throw new RangeError(
    `${name} has ${length} elements; the product needs ${rows} x ${columns}. Give memory of that very length.`,
  );
}

/** [Gemm](https://onnx.ai/onnx/operators/onnx__Gemm.html) of matrices of any size. */
function gemm(runtime: OrtRuntime, product: Product, options: SessionOptions = {}): void {
  const { a, b, c, m, k, n, transposeA, transposeB, accumulate, type } = product;
  const key = `ort-runtime Gemm ${type} ${transposeA} ${transposeB} ${accumulate} ${options.threads}`;
  const build = (graph: GraphBuilder) => {
    const inputs = [
      graph.input('a', type, transposeA ? ['k', 'm'] : ['m', 'k']),
      graph.input('b', type, transposeB ? ['n', 'k'] : ['k', 'n']),
    ];
    if (accumulate) inputs.push(graph.input('c', type, ['m', 'n']));
    const outputs = [graph.output('sums', type, ['m', 'n'])];
    graph.node('Gemm', inputs, { transA: Number(transposeA), transB: Number(transposeB) }, { outputs });
  };
  const inputs = [
    { data: a, dims: transposeA ? [k, m] : [m, k] },
    { data: b, dims: transposeB ? [n, k] : [k, n] },
  ];
  const output = { data: c, dims: [m, n] };
  runtime.session(key, build, options).run(accumulate ? [...inputs, output] : inputs, [output]);
}

/** C = (op(B)^T op(A)^T)^T. */
function throughTransposedProduct(runtime: OrtRuntime, product: Product): void {
  const { a, b, c, m, n, transposeA, transposeB } = product;
  const turned = { a: b, b: a, c: workspace(c, m * n), m: n, n: m, transposeA: !transposeB, transposeB: !transposeA };
  gemm(runtime, { ...product, ...turned });
  transpose(runtime, turned.c, [n, m], c);
}

function throughTransposedA(runtime: OrtRuntime, product: Product): void {
  const { a, m, k } = product;
  const rows = workspace(a, m * k);
  transpose(runtime, a, [k, m], rows);
  gemm(runtime, { ...product, a: rows, transposeA: false });
}

/** C = the sum over parts of A_i^T B_i, one on each thread; what is left of the inner size is added at the end. */
function splitInner(runtime: OrtRuntime, product: Product, parts: number): void {
  const { a, b, c, m, k, n } = product;
  const share = Math.floor(k / parts);
  const whole = parts * share;
  const session = runtime.session('ort-runtime sum of products', (graph) => {
    const inputs = [graph.input('a', 'float32', ['parts', 'k', 'm']), graph.input('b', 'float32', ['parts', 'k', 'n'])];
    const products = graph.node('FusedMatMul', inputs, { transA: 1 }, { domain: 'com.microsoft' });
    const axes = graph.constant('int64', [1], BigInt64Array.of(0n));
    const outputs = [graph.output('sum', 'float32', ['m', 'n'])];
    graph.node('ReduceSum', [products, axes], { keepdims: 0 }, { outputs });
  });
  session.run(
    [
      { data: a.subarray(0, whole * m), dims: [parts, share, m] },
      { data: b.subarray(0, whole * n), dims: [parts, share, n] },
    ],
    [{ data: c, dims: [m, n] }],
  );
  if (whole === k) return;
  const rest = { a: a.subarray(whole * m), b: b.subarray(whole * n), k: k - whole, accumulate: true };
  gemm(runtime, { ...product, ...rest }, ONE_THREAD);
}

/** So many rows of C at a time; A is not transposed. */
function splitRows(runtime: OrtRuntime, product: Product, rows: number): void {
  const { a, c, m, k, n } = product;
  for (let first = 0; first < m; first += rows) {
    const end = Math.min(m, first + rows);
    const part = { a: a.subarray(first * k, end * k), c: c.subarray(first * n, end * n), m: end - first };
    gemm(runtime, { ...product, ...part });
  }
}

function transpose(runtime: OrtRuntime, from: FloatArray, [rows, columns]: [number, number], to: FloatArray): void {
  const type = from instanceof Float32Array ? 'float32' : 'float64';
  const session = runtime.session(`ort-runtime Transpose ${type}`, (graph) => {
    const outputs = [graph.output('y', type, ['columns', 'rows'])];
    graph.node('Transpose', [graph.input('x', type, ['rows', 'columns'])], { perm: [1, 0] }, { outputs });
  });
  session.run([{ data: from, dims: [rows, columns] }], [{ data: to, dims: [columns, rows] }]);
}

const workspaces: { float32?: Float32Array; float64?: Float64Array } = {};

/** Memory for so many numbers of the type of `like`, until the next call; as much as a plan copies at most. */
function workspace(like: FloatArray, size: number): FloatArray {
  if (like instanceof Float32Array) {
    if (!((workspaces.float32?.length ?? 0) >= size)) workspaces.float32 = new Float32Array(size);
    return workspaces.float32!.subarray(0, size);
  }
  if (!((workspaces.float64?.length ?? 0) >= size)) workspaces.float64 = new Float64Array(size);
  return workspaces.float64!.subarray(0, size);
}
