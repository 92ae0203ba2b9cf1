import type { NdArray } from 'ndarray';

/** A 2-d view of float memory: element (i, j) is `data[offset + i * rowStride + j * columnStride]`. */
export interface Matrix {
  data: Float32Array | Float64Array;
  rows: number;
  columns: number;
  rowStride: number;
  columnStride: number;
  offset: number;
}

/**
 * The matrix that an ndarray shows.
 *
 * @param name what it is called in messages.
 * @throws TypeError unless it is 2-d and holds float32 or float64; RangeError when it reaches beyond its memory.
 */
export function toMatrix(array: NdArray, name: string): Matrix {
  const { data, shape, stride, offset } = array;
  if (!(data instanceof Float64Array || data instanceof Float32Array)) {
    throw new TypeError(
      `${name} must hold its elements in a Float32Array or a Float64Array; it has dtype ${array.dtype}, so convert it first.`,
    );
  }
  if (shape.length !== 2) {
    throw new TypeError(`${name} must have two dimensions; it has shape ${formatShape(shape)}.`);
  }
  const matrix: Matrix = {
    data,
    rows: shape[0],
    columns: shape[1],
    rowStride: stride[0],
    columnStride: stride[1],
    offset,
  };
  const [first, last] = extent(matrix);
  if (first <= last && (first < 0 || last >= data.length)) {
    throw new RangeError(
      `${name} of shape ${formatShape(shape)} with strides ${formatShape(stride)} and offset ${offset} reaches from ` +
        `${first} to ${last}, beyond its ${data.length} elements.`,
    );
  }
  return matrix;
}

/** Indices of the lowest and the highest element in memory; the lowest is higher when the matrix has no elements. */
export function extent({ rows, columns, rowStride, columnStride, offset }: Matrix): [first: number, last: number] {
  if (rows === 0 || columns === 0) return [offset, offset - 1];
  const downward = (rows - 1) * rowStride;
  const across = (columns - 1) * columnStride;
  return [offset + Math.min(downward, 0) + Math.min(across, 0), offset + Math.max(downward, 0) + Math.max(across, 0)];
}

/** `[2,3]`, for messages. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}
