import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { columnSums, copiesOfRow, repeatColumn, repeatRow, rowMaxima, rowSums } from './broadcast.js';
import { type FloatNdArray, zeros } from './float-array.js';

const x = ndarray(Float64Array.of(1, 2, 3, 40, 50, 60), [2, 3]);

it('repeats a row or a column without a copy', () => {
  const row = repeatRow(ndarray(Float64Array.of(7, 8), [1, 2]), 3);
  expect(row.shape).toEqual([3, 2]);
  expect([row.get(0, 1), row.get(2, 1)]).toEqual([8, 8]);
  const column = repeatColumn(ndarray(Float64Array.of(7, 8), [2, 1]), 3);
  expect(column.shape).toEqual([2, 3]);
  expect([column.get(1, 0), column.get(1, 2)]).toEqual([8, 8]);
});

it('copies a row', () => {
  const row = ndarray(Float32Array.of(0, 7, 8, 0), [1, 2], undefined, 1) as FloatNdArray;
  const copies = copiesOfRow(row, 3);
  expect(copies.shape).toEqual([3, 2]);
  expect(copies.data).toEqual(Float32Array.of(7, 8, 7, 8, 7, 8));
  expect(copiesOfRow(row, 0).shape).toEqual([0, 2]);
});

it('sums and finds maxima along rows and columns, of transposed views too', () => {
  expect(Array.from(columnSums(x).data)).toEqual([41, 52, 63]);
  expect(Array.from(rowSums(x).data)).toEqual([6, 150]);
  expect(Array.from(rowMaxima(x).data)).toEqual([3, 60]);
  const t = x.transpose(1, 0) as FloatNdArray;
  expect(Array.from(columnSums(t).data)).toEqual([6, 150]);
  expect(Array.from(rowSums(t).data)).toEqual([41, 52, 63]);
  expect(Array.from(rowMaxima(t).data)).toEqual([40, 50, 60]);
});

it('sums float32 in float64, over more rows and columns than a block of the loop holds', () => {
  const [S, M] = [1000, 70];
  const tenths = zeros([S, M], 'float32');
  tenths.data.fill(0.1);
  const tenth = Math.fround(0.1);
  for (const sum of columnSums(tenths).data) expect(Math.abs(sum - S * tenth)).toBeLessThan(1e-10);
  for (const sum of rowSums(tenths).data) expect(Math.abs(sum - M * tenth)).toBeLessThan(1e-12);
});
