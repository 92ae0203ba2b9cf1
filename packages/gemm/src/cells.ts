import type { NdArray } from 'ndarray';
import { assertWithinMemory, describe, formatShape, isNdArray, type Matrix } from './matrix.js';
import { overlapsItself } from './shared-memory.js';

/** A matrix of any numbers that are not float memory: read and written one by one. */
export interface Cells {
  rows: number;
  columns: number;
  get(i: number, j: number): unknown;
  set(i: number, j: number, value: number): void;
  /** Why it cannot be written to; `undefined` if it can. */
  refusal?: string;
}

/**
 * Returns the elements of an ndarray over integers, plain arrays or a store with `get` and `set`, or of an array of
 * rows.
 *
 * @param name what it is called in messages.
 * @throws TypeError unless it is a matrix; RangeError when rows differ in length or a view reaches beyond its memory.
 */
export function toCells(x: unknown, name: string): Cells {
  if (isNdArray(x)) return cellsOfNdArray(x, name);
  if (Array.isArray(x)) return cellsOfRows(x, name);
  throw new TypeError(`${name} must be an ndarray or an array of rows; got ${describe(x)}.`);
}

/** Returns a copy in float64. */
export function copyCells({ rows, columns, get }: Cells, name: string): Matrix {
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = get(i, j);
      if (typeof value !== 'number') {
        throw new TypeError(`${name} must hold numbers; its element [${i},${j}] is ${describe(value)}.`);
      }
      data[i * columns + j] = value;
    }
  }
  return { data, rows, columns, rowStride: columns, columnStride: 1, offset: 0 };
}

/** Writes the elements of a matrix as {@link copyCells} makes it. */
export function writeCells({ rows, columns, set }: Cells, { data }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) set(i, j, data[i * columns + j]);
  }
}

function cellsOfNdArray(x: NdArray, name: string): Cells {
  const { shape, stride, offset } = x;
  if (shape.length !== 2) throw new TypeError(`${name} must have two dimensions; it has shape ${formatShape(shape)}.`);
  const store = x.data as { length?: number };
  assertWithinMemory(x, name, store.length ?? Number.POSITIVE_INFINITY);
  if (store instanceof BigInt64Array || store instanceof BigUint64Array) {
    throw new TypeError(`${name} must hold numbers; it has dtype ${x.dtype}, so convert it first.`);
  }
  const [rows, columns] = shape as [number, number];
  const places = { data: new Float64Array(0), rows, columns, rowStride: stride[0], columnStride: stride[1], offset };
  return {
    rows,
    columns,
    get: (i, j) => x.get(i, j),
    set: (i, j, value) => void x.set(i, j, value),
    ...(overlapsItself(places) && {
      refusal:
        `of shape ${formatShape(shape)} with strides ${formatShape(stride)} has elements that share memory; ` +
        'give it memory for every element.',
    }),
    ...(Object.isFrozen(store) && { refusal: 'is frozen; give an array that can be written to.' }),
  };
}

function cellsOfRows(x: readonly unknown[], name: string): Cells {
  const rows = Array.from(x, (row, i) => {
    if (Array.isArray(row) || (ArrayBuffer.isView(row) && 'length' in row)) return row as number[];
    throw new TypeError(`${name} must be an ndarray or an array of rows; its row ${i} is ${describe(row)}.`);
  });
  const columns = rows[0]?.length ?? 0;
  const other = rows.findIndex((row) => row.length !== columns);
  if (other > 0) {
    throw new RangeError(`${name} has rows of ${columns} and ${rows[other].length} elements; give as many in each.`);
  }
  return {
    rows: rows.length,
    columns,
    get: (i, j) => rows[i][j],
    set: (i, j, value) => {
      rows[i][j] = value;
    },
    ...(new Set(rows).size < rows.length && {
      refusal: 'has one row in several places; give it memory for every element.',
    }),
    ...(rows.some((row) => Object.isFrozen(row) && columns > 0) && {
      refusal: 'is frozen; give an array that can be written to.',
    }),
  };
}
