import { type GraphBuilder, multiplyMatrices, type OrtRuntime, type SessionOptions } from '@cifarlab/ort-runtime';

/** A row-major matrix, or a batch of them one after the other, and its shape. */
export interface Matrix {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface ProductOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Multiplications up to which a product is done before another thread would be awake: some 30 microseconds of them. */
const ON_ONE_THREAD = 2 ** 20;

/**
 * Computes C = A B with any number of leading batch dimensions that broadcast; `transposeA` and `transposeB` swap the
 * last two of A and B.
 */
export function multiply(
  runtime: OrtRuntime,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  { transposeA = false, transposeB = false }: ProductOptions = {},
): void {
  const rankA = a.dims.length;
  const rankB = b.dims.length;
  if (rankA === 2 && rankB === 2) {
    multiplyMatrices(runtime, { ...operands(a, b, c, transposeA), transposeA, transposeB });
    return;
  }
  const options = optionsFor(a, c, transposeA);
  const key = `ort-backend MatMul ${rankA} ${rankB} ${transposeA} ${transposeB} ${options.threads}`;
  const build = (graph: GraphBuilder) => {
    const inputs = [graph.input('a', 'float32', symbols('a', rankA)), graph.input('b', 'float32', symbols('b', rankB))];
    const outputs = [graph.output('c', 'float32', symbols('c', Math.max(rankA, rankB)))];
    if (transposeA || transposeB) {
      const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
      graph.node('FusedMatMul', inputs, attributes, { outputs, domain: 'com.microsoft' });
    } else graph.node('MatMul', inputs, {}, { outputs });
  };
  runtime.session(key, build, options).run([a, b], [c]);
}

/** Computes C += A B for matrices, `transposeA` and `transposeB` as above; C is read and written in place. */
export function addProduct(
  runtime: OrtRuntime,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  { transposeA = false, transposeB = false }: ProductOptions = {},
): void {
  multiplyMatrices(runtime, { ...operands(a, b, c, transposeA), transposeA, transposeB, accumulate: true });
}

function operands(a: Matrix, b: Matrix, c: Matrix, transposeA: boolean) {
  const [m, n] = c.dims as [number, number];
  return { a: a.data, b: b.data, c: c.data, m, k: a.dims[transposeA ? 0 : 1]!, n };
}

/** Small products stay on the calling thread. */
function optionsFor(a: Matrix, c: Matrix, transposeA: boolean): SessionOptions {
  const inner = a.dims.at(transposeA ? -2 : -1)!;
  return c.data.length * inner <= ON_ONE_THREAD ? { threads: 1 } : {};
}

function symbols(prefix: string, rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `${prefix}${axis}`);
}
