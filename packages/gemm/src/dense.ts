import type { Matrix } from './matrix.js';

type FloatArray = Float32Array | Float64Array;

/** A matrix without gaps: its elements in memory, row after row, or column after column where `transposed`. */
export interface Dense {
  data: FloatArray;
  transposed: boolean;
}

export function transpose({ rows, columns, rowStride, columnStride, ...rest }: Matrix): Matrix {
  return { ...rest, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride };
}

/** Returns the matrix as it lies in memory, without a copy, if it lies there without gaps and in ascending order. */
export function asDense({ data, rows, columns, rowStride, columnStride, offset }: Matrix): Dense | undefined {
  const along = (stride: number, length: number, expected: number) => stride === expected || length === 1;
  const rowMajor = along(columnStride, columns, 1) && along(rowStride, rows, columns);
  const columnMajor = along(rowStride, rows, 1) && along(columnStride, columns, rows);
  if (!rowMajor && !columnMajor) return undefined;
  return { data: data.subarray(offset, offset + rows * columns), transposed: !rowMajor };
}

/** Copies a matrix into `scratch`, in the order that it has in memory: row after row, or column after column. */
export function copyDense(matrix: Matrix, scratch: FloatArray): Dense {
  const transposed = isColumnMajor(matrix);
  const { data, offset, rows, columns, rowStride, columnStride } = transposed ? transpose(matrix) : matrix;
  let out = 0;
  for (let i = 0; i < rows; i++) {
    let index = offset + i * rowStride;
    for (let j = 0; j < columns; j++, index += columnStride) scratch[out++] = data[index];
  }
  return { data: scratch, transposed };
}

/** Returns whether the elements of a column are closer together than those of a row. */
function isColumnMajor({ rowStride, columnStride }: Matrix): boolean {
  return Math.abs(rowStride) < Math.abs(columnStride);
}

/** Writes alpha * sums + beta * C to C; `sums` has the rows of C side by side. C is not read when beta is 0. */
export function storeSums(c: Matrix, sums: FloatArray, alpha: number, beta: number): void {
  const { data, rows, columns, rowStride, columnStride, offset } = c;
  let s = 0;
  for (let i = 0; i < rows; i++) {
    let index = offset + i * rowStride;
    for (let j = 0; j < columns; j++, s++, index += columnStride) {
      data[index] = beta === 0 ? alpha * sums[s] : alpha * sums[s] + beta * data[index];
    }
  }
}
