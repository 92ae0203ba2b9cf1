import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import type { FloatNdArray } from './float-array.js';
import { axpy } from './math-ops.js';

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
