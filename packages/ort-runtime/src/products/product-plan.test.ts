import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProductShape, planProduct } from './product-plan.js';

/** TN: A is transposed in memory, B is not. */
type Layout = 'NN' | 'NT' | 'TN' | 'TT';

function shape(m: number, k: number, n: number, layout: Layout, more: Partial<ProductShape> = {}): ProductShape {
  const [a, b] = layout;
  return { m, k, n, transposeA: a === 'T', transposeB: b === 'T', accumulate: false, type: 'float32', ...more };
}

const float64 = { type: 'float64' } as const;
const accumulate = { accumulate: true };

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
    expect(planProduct(product, 2).way).toBe(way);
  });

  it('does not split for one thread', () => {
    expect(planProduct(shape(64, 32_768, 128, 'TN'), 1).way).toBe('direct');
  });

  it('gives each thread rows that stay in its cache', () => {
    expect(planProduct(shape(10_000, 3072, 100, 'NN'), 3)).toEqual({ way: 'split-rows', rows: 3 * 1024 });
  });

  it('copies 16 MB at most, and nothing in the wrong place', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 100_000 }));
    const layouts = fc.constantFrom<Layout>('NN', 'NT', 'TN', 'TT');
    const threads = fc.integer({ min: 1, max: 64 });
    const types = fc.constantFrom('float32' as const, 'float64' as const);
    fc.assert(
      fc.property(size, size, size, layouts, types, fc.boolean(), threads, (m, k, n, layout, type, adds, t) => {
        const plan = planProduct(shape(m, k, n, layout, { type, accumulate: adds }), t);
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
      }),
      { numRuns: 2000 },
    );
  });
});
