import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '../ort-runtime.js';
import { coresOf, type MatrixProduct, multiplyAs, multiplyMatrices, type Product } from './multiply-matrices.js';
import { type ProductPlan, planProduct } from './product-plan.js';

const runtime = ortRuntime({ threads: 2 });
afterAll(() => runtime.dispose());

type FloatArray = typeof Float32Array | typeof Float64Array;

/** Numbers with all digits, between -1 and 1. */
const reals = (type: FloatArray, length: number, seed: number) =>
  new type(length).map((_: number, i: number) => Math.sin(i * 12.9898 + seed * 78.233));

function productOf(
  [m, k, n]: readonly [number, number, number],
  type: FloatArray,
  { transposeA = false, transposeB = false, accumulate = false },
): Product {
  return {
    ...{ m, k, n, transposeA, transposeB, accumulate },
    ...{ a: reals(type, m * k, 1), b: reals(type, k * n, 2), c: reals(type, m * n, 3) },
    type: type === Float32Array ? 'float32' : 'float64',
  };
}

/** The definition, summed in float64. */
function definition({ a, b, c, m, k, n, transposeA, transposeB, accumulate }: MatrixProduct): Float64Array {
  return Float64Array.from({ length: m * n }, (_, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    let sum = accumulate ? c[index]! : 0;
    for (let l = 0; l < k; l++) {
      sum += a[transposeA ? l * m + i : i * k + l]! * b[transposeB ? j * k + l : l * n + j]!;
    }
    return sum;
  });
}

/** Each of the k products is at most 1, and each addition rounds a sum of at most k + 1. */
function expectDefinition(product: Product, multiply: () => void): void {
  const expected = definition(product);
  if (!product.accumulate) product.c.fill(Number.NaN);
  multiply();
  const epsilon = product.type === 'float32' ? 2 ** -23 : 2 ** -52;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(product.c[i]! - expected[i]!));
  }
  expect(worst).toBeLessThan(epsilon * (product.k + 2) ** 1.5);
}

const types = fc.constantFrom<FloatArray>(Float32Array, Float64Array);
const flags = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean(), accumulate: fc.boolean() });

/** All plans that a product allows. */
function plansFor({ transposeA, transposeB, accumulate, type, k, m }: Product): ProductPlan[] {
  const plans: ProductPlan[] = [{ way: 'direct' }];
  if (!accumulate) plans.push({ way: 'transposed-product' });
  if (transposeA) plans.push({ way: 'transposed-a' });
  if (transposeA && !transposeB && !accumulate && type === 'float32') {
    for (const parts of [1, 2, 3]) if (k >= parts) plans.push({ way: 'split-inner', parts });
  }
  if (!transposeA) plans.push({ way: 'split-rows', rows: Math.ceil(m / 3) }, { way: 'split-rows', rows: m });
  return plans;
}

describe('a product of matrices', () => {
  it('is that of the definition, for sizes of 0 and 1 too', () => {
    const size = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 2, max: 40 }), fc.integer({ min: 120, max: 140 }));
    fc.assert(
      fc.property(fc.tuple(size, size, size), types, flags, (sizes, type, how) => {
        const product = productOf(sizes, type, how);
        expectDefinition(product, () => multiplyMatrices(runtime, product));
      }),
      { numRuns: 60 },
    );
  });

  it('is that of the definition in every way of computing it', () => {
    const size = fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 60 }));
    fc.assert(
      fc.property(fc.tuple(size, size, size), types, flags, (sizes, type, how) => {
        for (const plan of plansFor(productOf(sizes, type, how))) {
          const product = productOf(sizes, type, how);
          expectDefinition(product, () => multiplyAs(plan, runtime, product));
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each<[way: string, sizes: [number, number, number], how: Partial<Product>]>([
    ['transposed-product', [1040, 129, 9], { transposeA: true }],
    ['transposed-a', [9, 130, 1500], { transposeA: true }],
    ['split-inner', [17, 4099, 20], { transposeA: true }],
    ['split-rows', [4100, 520, 3], {}],
  ])('is that of the definition where the plan is %s', (way, sizes, how) => {
    const product = productOf(sizes, Float32Array, how);
    expect(planProduct(product, coresOf(runtime)).way).toBe(way);
    expectDefinition(product, () => multiplyMatrices(runtime, product));
  });

  it('does the same at every run, bit for bit, and keeps a handful of models', () => {
    const of = (n: number) => productOf([17, 4099, n], Float32Array, { transposeA: true });
    const results = [0, 1].map(() => {
      const product = of(20);
      multiplyMatrices(runtime, product);
      return Buffer.from(product.c.buffer);
    });
    expect(results[1]!.equals(results[0]!)).toBe(true);
    const kept = runtime.sessionCount;
    for (const n of [21, 22]) multiplyMatrices(runtime, of(n));
    expect(runtime.sessionCount).toBe(kept);
  });

  it('passes on NaN and infinity to exactly the rows and columns that use them', () => {
    for (const sizes of [
      [1040, 129, 9],
      [9, 130, 1500],
      [17, 4099, 20],
    ] as const) {
      const product = productOf(sizes, Float32Array, { transposeA: true });
      const { a, b, c, m, n } = product;
      a[3] = Number.NaN;
      b[n + 5] = Number.POSITIVE_INFINITY;
      multiplyMatrices(runtime, product);
      const odd = Array.from(c.keys()).filter((i) => !Number.isFinite(c[i]!));
      expect(odd).toEqual(Array.from(c.keys()).filter((i) => Math.floor(i / n) === 3 || i % n === 5));
      expect(c.length).toBe(m * n);
    }
  });

  it('refuses arrays that do not fit', () => {
    const fits = productOf([2, 3, 4], Float32Array, {});
    const refused = (part: Partial<Product>) => () => multiplyMatrices(runtime, { ...fits, ...part });
    expect(refused({ a: new Float32Array(7) })).toThrow(
      new RangeError('A has 7 elements; the product needs 2 x 3. Give memory of that very length.'),
    );
    expect(refused({ b: new Float32Array(0) })).toThrow('B has 0 elements; the product needs 3 x 4.');
    expect(refused({ c: new Float32Array(9) })).toThrow('C has 9 elements; the product needs 2 x 4.');
    expect(refused({ b: new Float64Array(12) })).toThrow(expect.objectContaining({ name: 'OrtError' }));
  });
});
