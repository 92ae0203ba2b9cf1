import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { mirrorNchw, mirrorNhwc } from './mirror.js';

const images = fc
  .tuple(fc.integer({ min: 1, max: 3 }), ...[1, 2, 3].map(() => fc.integer({ min: 1, max: 5 })))
  .map((shape) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i) }));

test('rows are reversed along the width, in both layouts', () => {
  fc.assert(
    fc.property(images, ({ shape, data }) => {
      const x = ndarray(data, shape);
      const [nhwc, nchw] = [ndarray(mirrorNhwc(data, shape), shape), ndarray(mirrorNchw(data, shape), shape)];
      const [n, a, b, c] = shape as [number, number, number, number];
      for (let i = 0; i < n * a * b * c; i++) {
        const at = [Math.floor(i / (a * b * c)), Math.floor(i / (b * c)) % a, Math.floor(i / c) % b, i % c] as const;
        expect(nhwc.get(...at)).toBe(x.get(at[0], at[1], b - 1 - at[2], at[3]));
        expect(nchw.get(...at)).toBe(x.get(at[0], at[1], at[2], c - 1 - at[3]));
      }
    }),
  );
});

test('twice is nothing', () => {
  fc.assert(
    fc.property(images, ({ shape, data }) => {
      const before = data.slice();
      expect(mirrorNhwc(mirrorNhwc(data, shape), shape)).toEqual(before);
      expect(mirrorNchw(mirrorNchw(data, shape), shape)).toEqual(before);
      expect(data).toEqual(before);
    }),
  );
});

test.each([[[2, 3]], [[1, 2, 3, 2]], [[1, 2, 3]]])('refuses shape %j for 6 values', (shape) => {
  for (const mirror of [mirrorNhwc, mirrorNchw]) {
    expect(() => mirror(new Float32Array(6), shape)).toThrow(
      `Images of shape [${shape.join(', ')}] in 6 values: expected four lengths whose product is their number.`,
    );
  }
});
