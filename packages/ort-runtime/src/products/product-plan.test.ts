import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cores, type ProductShape, planProduct } from './product-plan.js';

/** TN: A is transposed in memory, B is not. */
type Layout = 'NN' | 'NT' | 'TN' | 'TT';

function shape(m: number, k: number, n: number, layout: Layout, more: Partial<ProductShape> = {}): ProductShape {
  const [a, b] = layout;
  return { m, k, n, transposeA: a === 'T', transposeB: b === 'T', accumulate: false, type: 'float32', ...more };
}

const float64 = { type: 'float64' } as const;
const accumulate = { accumulate: true };
/** As AMD's Zen 3 has them. */
const small: Cores = { threads: 2, cacheBytes: 512 * 1024 };
/** As Intel's server processors have them. */
const large: Cores = { threads: 2, cacheBytes: 2048 * 1024 };

describe('the plan of a product', () => {
  it.each<[string, ProductShape, string]>([
    ['of a layer forward', shape(200, 3072, 100, 'NN'), 'direct'],
    ['with a transposed B', shape(200, 3072, 100, 'NT'), 'direct'],
    ['whose A has long rows, and C few columns', shape(3072, 200, 100, 'TN'), 'transposed-product'],
    ['the same in float64', shape(3072, 200, 100, 'TN', float64), 'transposed-product'],
    ['whose A has short rows, and C many columns', shape(100, 200, 3072, 'TN'), 'transposed-a'],
    ['whose A and C have long rows', shape(1024, 128, 1024, 'TN'), 'transposed-a'],
    ['that only C^T is without transposes for', shape(3072, 200, 100, 'TT'), 'transposed-product'],
    ['whose A has long rows, not of whole pages', shape(1152, 2176, 128, 'TN'), 'direct'],
    ['of a 1x1 convolution to its filter', shape(64, 32_768, 128, 'TN'), 'split-inner'],
    ['the same in float64, which has no such batches', shape(64, 32_768, 128, 'TN', float64), 'direct'],
    ['that is added to C', shape(64, 32_768, 128, 'TN', accumulate), 'direct'],
    ['with a vector', shape(100_000, 200, 1, 'TN'), 'direct'],
    ['with many rows', shape(10_000, 3072, 100, 'NT'), 'split-rows'],
    ['with many rows and a small inner size', shape(32_768, 64, 128, 'NN'), 'direct'],
  ])('%s', (_, product, way) => {
    expect(planProduct(product, small).way).toBe(way);
  });

  it.each<[string, ProductShape, string]>([
    ['whose A has long rows, and C few columns', shape(3072, 200, 100, 'TN'), 'direct'],
    ['the same in float64', shape(3072, 200, 100, 'TN', float64), 'direct'],
    ['whose A has short rows, and C many columns', shape(100, 200, 3072, 'TN'), 'transposed-a'],
    ['whose A and C have long rows', shape(1024, 128, 1024, 'TN'), 'transposed-a'],
    ['of equal sizes in float64, which takes longer to transpose', shape(512, 512, 512, 'TN', float64), 'direct'],
  ])('%s, where a large cache holds a column of A', (_, product, way) => {
    expect(planProduct(product, large).way).toBe(way);
  });

  it('does not split for one thread', () => {
    expect(planProduct(shape(64, 32_768, 128, 'TN'), { ...small, threads: 1 }).way).toBe('direct');
  });

  it('gives each thread rows that stay in its cache', () => {
    expect(planProduct(shape(10_000, 3072, 100, 'NN'), { ...small, threads: 3 })).toEqual({
      way: 'split-rows',
      rows: 3 * 1024,
    });
  });

  it('copies 16 MB at most, and nothing in the wrong place', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 100_000 }));
    const layouts = fc.constantFrom<Layout>('NN', 'NT', 'TN', 'TT');
    const threads = fc.integer({ min: 1, max: 64 });
    const caches = fc.constantFrom(small.cacheBytes, large.cacheBytes);
    const types = fc.constantFrom('float32' as const, 'float64' as const);
    fc.assert(
      fc.property(
        size,
        size,
        size,
        layouts,
        types,
        fc.boolean(),
        threads,
        caches,
        (m, k, n, layout, type, adds, t, cacheBytes) => {
          const plan = planProduct(shape(m, k, n, layout, { type, accumulate: adds }), { threads: t, cacheBytes });
          const limit = 2 ** 22;
          if (plan.way === 'transposed-a') expect(m * k).toBeLessThanOrEqual(limit);
          if (plan.way === 'transposed-product') expect([adds, m * n <= limit]).toEqual([false, true]);
          if (plan.way === 'split-inner') {
            expect([adds, layout, type, plan.parts, plan.parts * m * n <= limit]).toEqual([
              false,
              'TN',
              'float32',
              t,
              true,
            ]);
            expect(k / t).toBeGreaterThanOrEqual(128);
          }
          if (plan.way === 'split-rows') expect([layout[0], plan.rows < m]).toEqual(['N', true]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
