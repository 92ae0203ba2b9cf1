import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import type { FloatNdArray } from './float-array.js';
import { axpy, eluGradient } from './math-ops.js';

const values = fc.float({ noNaN: true, min: -100, max: 100 });

it('axpy adds a x to y, whatever the size and the strides, and to nothing else', () => {
  const size = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(size, size, fc.boolean(), fc.boolean(), fc.infiniteStream(values), (m, n, gapsY, gapsX, stream) => {
      const array = (gaps: boolean): FloatNdArray => {
        const [columns, offset] = gaps ? [n + 2, 3] : [n, 1];
        const data = Float64Array.from({ length: offset + m * columns + 1 }, () => stream.next().value as number);
        return ndarray(data, [m, n], [columns, 1], offset) as FloatNdArray;
      };
      const [y, x] = [array(gapsY), array(gapsX)];
      const expected = y.data.slice();
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) expected[y.index(i, j)]! += 0.7 * x.get(i, j);
      axpy(y, 0.7, x);
      expect(y.data).toEqual(expected);
    }),
  );
});

it('eluGradient multiplies dy by the slope at y, whatever the strides', () => {
  const [y, dy] = [
    [2, -0.5, 0, -0.75, 3, -1],
    [1, 2, 3, 4, 5, 6],
  ] as const;
  const array = (values: readonly number[], gaps: boolean): FloatNdArray => {
    const x = ndarray(new Float64Array(10), [2, 3], gaps ? [5, 1] : [3, 1]) as FloatNdArray;
    values.forEach((value, i) => {
      x.set(Math.floor(i / 3), i % 3, value);
    });
    return x;
  };
  for (const gaps of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const dx = array([], (gaps & 1) > 0);
    eluGradient(dx, array(dy, (gaps & 2) > 0), array(y, (gaps & 4) > 0));
    const values = [0, 1].flatMap((i) => [0, 1, 2].map((j) => dx.get(i, j)));
    expect(values).toEqual([1, 1, 3, 1, 5, 0]);
  }
});
