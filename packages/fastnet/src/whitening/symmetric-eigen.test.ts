import fc from 'fast-check';
import { expect, it } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.js';

const symmetric = fc
  .integer({ min: 1, max: 12 })
  .chain((n) =>
    fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((values) =>
        Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_, j) => values[Math.min(i, j) * n + Math.max(i, j)]!),
        ),
      ),
  );

it('A v = λ v with orthonormal v and ascending λ', () => {
  fc.assert(
    fc.property(symmetric, (matrix) => {
      const { values, vectors } = symmetricEigen(matrix);
      const n = matrix.length;
      for (let k = 0; k < n; k++) {
        const v = vectors[k]!;
        if (k > 0) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]!);
        for (let i = 0; i < n; i++) {
          const along = matrix[i]!.reduce((sum, value, j) => sum + value * v[j]!, 0);
          expect(Math.abs(along - values[k]! * v[i]!)).toBeLessThan(1e-11);
        }
        for (let other = 0; other <= k; other++) {
          const product = v.reduce((sum, value, i) => sum + value * vectors[other]![i]!, 0);
          expect(Math.abs(product - (other === k ? 1 : 0))).toBeLessThan(1e-12);
        }
        expect(Math.max(...v)).toBeCloseTo(Math.max(...v.map(Math.abs)), 12);
      }
    }),
  );
});

it('ends with what is not a number', () => {
  expect(
    symmetricEigen([
      [Number.NaN, 1],
      [1, 2],
    ]).values.every(Number.isFinite),
  ).toBe(false);
});
