/**
 * How long each way of computing a product takes, by shape: the fastest of several interleaved rounds, as a ratio to that of
 * `direct`; the planned way has a star. `src/products/product-plan.ts` has its rule from here.
 *
 *   npm run bench:products -- [rounds] [threads] [m,k,n,TN …]
 */
import { ortRuntime } from '../src/ort-runtime.js';
import { coresOf, multiplyAs, type Product } from '../src/products/multiply-matrices.js';
import { type ProductPlan, planProduct } from '../src/products/product-plan.js';

const [rounds = 15, threads = 2] = process.argv.slice(2, 4).map(Number);
const runtime = ortRuntime({ threads });

/** Rows of C, inner size, columns of C, and which of A and B lie transposed in memory. */
const SHAPES = [
  // An MLP on CIFAR-10: forward, the gradients to the weights in both orientations, evaluation.
  '200,3072,100,NN',
  '3072,200,100,TN',
  '100,200,3072,TN',
  '10000,3072,100,NT',
  // Layers as wide as they are high.
  '1024,128,1024,TN',
  '512,512,512,NN',
  '512,512,512,TN',
  '512,512,512,TT',
  // 1x1 convolutions: forward, the gradients to input and filter.
  '32768,64,128,NN',
  '32768,128,64,NT',
  '64,32768,128,TN',
  '128,8192,256,TN',
  '256,2048,512,TN',
  // The gradient to the filter of a 3x3 convolution, by im2col.
  '1152,2176,128,TN',
];

function productOf(shape: string, type: Product['type']): Product {
  const [m, k, n] = shape.split(',').map(Number) as [number, number, number];
  const [a, b] = shape.split(',')[3]!;
  const FloatArray = type === 'float32' ? Float32Array : Float64Array;
  const numbers = (length: number) => new FloatArray(length).map((_: number, i: number) => Math.sin(i));
  return {
    ...{ m, k, n, transposeA: a === 'T', transposeB: b === 'T', accumulate: false, type },
    ...{ a: numbers(m * k), b: numbers(k * n), c: new FloatArray(m * n) },
  };
}

function plansFor({ m, transposeA, transposeB, type }: Product): ProductPlan[] {
  const plans: ProductPlan[] = [{ way: 'direct' }, { way: 'transposed-product' }];
  if (transposeA) plans.push({ way: 'transposed-a' });
  if (transposeA && !transposeB && type === 'float32') plans.push({ way: 'split-inner', parts: threads });
  if (!transposeA && m > 1024 * threads) plans.push({ way: 'split-rows', rows: 1024 * threads });
  return plans;
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

console.log(`ONNX Runtime ${runtime.version}, ${threads} threads, the fastest of ${rounds} rounds`);
console.log('| product | type | direct, ms | GFLOP/s | ratios of time |');
console.log('|---|---|---|---|---|');
const asked = process.argv.slice(4);
for (const shape of asked.length > 0 ? asked : SHAPES) {
  for (const type of ['float32', 'float64'] as const) {
    const product = productOf(shape, type);
    const plans = plansFor(product);
    const best = plans.map(() => Infinity);
    for (let round = 0; round <= rounds; round++) {
      for (const [i, plan] of plans.entries()) {
        const time = milliseconds(() => multiplyAs(plan, runtime, product));
        if (round > 0) best[i] = Math.min(best[i]!, time);
      }
    }
    const [direct] = best as [number];
    const planned = planProduct(product, coresOf(runtime)).way;
    const ratios = plans.map(({ way }, i) => `${way}${way === planned ? '*' : ''} ${(best[i]! / direct).toFixed(2)}`);
    const speed = (2 * product.m * product.k * product.n) / direct / 1e6;
    console.log(`| ${shape} | ${type} | ${direct.toFixed(2)} | ${speed.toFixed(0)} | ${ratios.join(', ')} |`);
  }
}
runtime.dispose();
