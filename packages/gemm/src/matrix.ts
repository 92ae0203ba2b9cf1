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

/** Returns whether a value is an ndarray: told by what it has, since there may be several copies of that package. */
export function isNdArray(x: unknown): x is NdArray {
  const { shape, stride, get, set } = (typeof x === 'object' && x !== null ? x : {}) as Partial<NdArray>;
  return Array.isArray(shape) && Array.isArray(stride) && typeof get === 'function' && typeof set === 'function';
}

/**
 * Returns the matrix that an ndarray of float32 or float64 shows; `undefined` for anything else.
 *
 * @param name what it is called in messages.
 * @throws TypeError unless it is 2-d; RangeError when it reaches beyond its memory.
 */
export function toMatrix(array: unknown, name: string): Matrix | undefined {
  if (!isNdArray(array)) return undefined;
  const { data, shape, stride, offset } = array;
  if (!(data instanceof Float64Array || data instanceof Float32Array)) return undefined;
  if (shape.length !== 2) throw new TypeError(`${name} must have two dimensions; it has shape ${formatShape(shape)}.`);
  assertWithinMemory(array, name, data.length);
  return {
    data,
    rows: shape[0],
    columns: shape[1],
    rowStride: stride[0],
    columnStride: stride[1],
    offset,
  };
}

/** Throws a RangeError when a 2-d view reaches beyond its memory of `length` elements. */
export function assertWithinMemory({ shape, stride, offset }: NdArray, name: string, length: number): void {
  const [rows, columns] = shape as [number, number];
  const [first, last] = extent({ rows, columns, rowStride: stride[0], columnStride: stride[1], offset });
  if (first <= last && (first < 0 || last >= length)) {
    throw new RangeError(
      `${name} of shape ${formatShape(shape)} with strides ${formatShape(stride)} and offset ${offset} reaches from ` +
        `${first} to ${last}, beyond its ${length} elements.`,
    );
  }
}

/** Indices of the lowest and the highest element in memory; the lowest is higher when the matrix has no elements. */
export function extent({
  rows,
  columns,
  rowStride,
  columnStride,
  offset,
}: Omit<Matrix, 'data'>): [first: number, last: number] {
  if (rows === 0 || columns === 0) return [offset, offset - 1];
  const downward = (rows - 1) * rowStride;
  const across = (columns - 1) * columnStride;
  return [offset + Math.min(downward, 0) + Math.min(across, 0), offset + Math.max(downward, 0) + Math.max(across, 0)];
}

/** Returns `[2,3]`, for messages. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}

/** Describes any value, for messages. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
