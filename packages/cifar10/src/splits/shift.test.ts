import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { shiftNchw, shiftNhwc } from './shift.js';

const images = fc
  .tuple(fc.integer({ min: 1, max: 3 }), ...[1, 2, 3].map(() => fc.integer({ min: 2, max: 5 })))
  .map((shape) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i) }));

/** Returns the index as np.pad(mode='reflect') reflects it. */
const reflected = (i: number, length: number) => (i < 0 ? -i : i < length ? i : 2 * length - 2 - i);

test('a shifted picture shows the pixel before it, and its reflection at the border, in both layouts', () => {
  fc.assert(
    fc.property(
      images,
      fc.integer({ min: -1, max: 1 }),
      fc.integer({ min: -1, max: 1 }),
      ({ shape, data }, down, right) => {
        const x = ndarray(data, shape);
        const before = data.slice();
        const nhwc = ndarray(shiftNhwc(data, shape, down, right), shape);
        const nchw = ndarray(shiftNchw(data, shape, down, right), shape);
        const [n, a, b, c] = shape as [number, number, number, number];
        for (let i = 0; i < n * a * b * c; i++) {
          const at = [Math.floor(i / (a * b * c)), Math.floor(i / (b * c)) % a, Math.floor(i / c) % b, i % c] as const;
          expect(nhwc.get(...at)).toBe(x.get(at[0], reflected(at[1] - down, a), reflected(at[2] - right, b), at[3]));
          expect(nchw.get(...at)).toBe(x.get(at[0], at[1], reflected(at[2] - down, b), reflected(at[3] - right, c)));
        }
        expect(data).toEqual(before);
      },
    ),
  );
});

test('what is not a shift is an error', () => {
  const data = new Float32Array(12);
  expect(() => shiftNhwc(data, [1, 2, 2, 3], 2, 0)).toThrow(
    'A shift of 2 pixels: expected a whole number from -1 to 1.',
  );
  expect(() => shiftNhwc(data, [1, 2, 2, 3], 0, 0.5)).toThrow('A shift of 0.5 pixels');
  expect(() => shiftNchw(data, [1, 3, 2, 3], 0, 1)).toThrow('in 12 values');
});
