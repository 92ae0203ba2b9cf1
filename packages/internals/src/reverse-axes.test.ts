import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reverseAxes } from './reverse-axes.js';

const size = fc.integer({ min: 1, max: 5 });

it('puts the number at [i, j, k] at [k, j, i]', () => {
  fc.assert(
    fc.property(size, size, size, (a, b, c) => {
      const values = Float32Array.from({ length: a * b * c }, (_, index) => index);
      const reversed = Array.from(reverseAxes(values, [a, b, c]));
      const expected: number[] = [];
      for (let k = 0; k < c; k++) {
        for (let j = 0; j < b; j++) {
          for (let i = 0; i < a; i++) expected.push(values[i * b * c + j * c + k]!);
        }
      }
      expect(reversed).toEqual(expected);
    }),
  );
});

it('undoes itself', () => {
  fc.assert(
    fc.property(size, size, size, (a, b, c) => {
      const values = Float32Array.from({ length: a * b * c }, (_, index) => index);
      expect(reverseAxes(reverseAxes(values, [a, b, c]), [c, b, a])).toEqual(values);
    }),
  );
});
