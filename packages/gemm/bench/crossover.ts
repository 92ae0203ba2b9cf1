/**
 * Where a native product starts to pay: microseconds of ONNX Runtime and of the WebAssembly kernel for small products,
 * fastest of several interleaved rounds. `src/crossover.ts` has its constants from here.
 *
 *   npm run bench:crossover -- [rounds]
 */
import { type MatrixProduct, multiplyMatrices, ortRuntime } from '@cifarlab/ort-runtime';
import { blockedProduct } from '../src/blocked-product.js';
import type { Matrix } from '../src/matrix.js';
import { ortProduct } from '../src/ort-product.js';
import { createWasmKernel } from '../src/tile-kernel.js';

const rounds = Number(process.argv[2] ?? 9);
const kernel = createWasmKernel();
const runtime = ortRuntime();
const multiply = (product: MatrixProduct) => multiplyMatrices(runtime, product);

const cubes = [8, 12, 14, 16, 18, 20, 24, 32, 64].map((n): [number, number, number] => [n, n, n]);
const thin: [number, number, number][] = [
  [1, 64, 32],
  [1, 100, 50],
  [1, 200, 100],
  [50, 100, 1],
  [200, 100, 1],
  [1, 3072, 1],
  [100, 1, 50],
  [300, 1, 300],
  [200, 100, 10],
  [10, 200, 100],
];
/** `gaps`: A has a row stride larger than its columns, so that it must be copied. */
const cases = [
  ...[...cubes, ...thin].map((shape) => ({ shape, gaps: false })),
  ...[4, 8, 12, 16, 24, 32].map((n) => ({ shape: [256, 256, n] as [number, number, number], gaps: true })),
];

function matrix(rows: number, columns: number, type: 'float32' | 'float64', gap = 0): Matrix {
  const size = rows * (columns + gap);
  const data = type === 'float64' ? new Float64Array(size) : new Float32Array(size);
  for (let i = 0; i < size; i++) data[i] = Math.sin(i);
  return { data, rows, columns, rowStride: columns + gap, columnStride: 1, offset: 0 };
}

/** Microseconds of one call, as the mean over as many as last some milliseconds. */
function time(work: () => void, products: number): number {
  const count = Math.ceil(1e7 / (products + 2e4));
  const start = performance.now();
  for (let i = 0; i < count; i++) work();
  return ((performance.now() - start) / count) * 1e3;
}

console.log('| product | type | m k n | ort us | wasm us | wasm / ort |');
console.log('|---|---|---|---|---|---|');
for (const type of ['float64', 'float32'] as const) {
  for (const { shape, gaps } of cases) {
    const [m, k, n] = shape;
    const [c, a, b] = [matrix(m, n, type), matrix(m, k, type, gaps ? 8 : 0), matrix(k, n, type)];
    const best = [Infinity, Infinity];
    for (let round = 0; round < rounds; round++) {
      const ort = time(() => ortProduct(multiply, c, a, b, 1, 0), m * k * n);
      const wasm = time(() => blockedProduct(c, a, b, 1, 0, kernel), m * k * n);
      best[0] = Math.min(best[0], ort);
      best[1] = Math.min(best[1], wasm);
    }
    const figures = [best[0].toFixed(1), best[1].toFixed(1), (best[1] / best[0]).toFixed(2)];
    console.log(
      `| ${m}x${k} * ${k}x${n}${gaps ? ', A with gaps' : ''} | ${type} | ${m * k * n} | ${figures.join(' | ')} |`,
    );
  }
}
