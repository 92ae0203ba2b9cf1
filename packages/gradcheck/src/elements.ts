import type { NdArray } from 'ndarray';

/** An ndarray's memory as plain numbers, with the index of every element in row-major order of positions. */
export interface Elements {
  data: { [index: number]: number };
  indices: Float64Array;
}

/**
 * Returns the elements of a float64 ndarray of any rank and strides.
 *
 * @param name what the array is, for the message.
 * @throws TypeError unless the elements are float64 numbers.
 */
export function float64Elements(array: NdArray, name: string): Elements {
  const data: unknown = array.data;
  if (!(data instanceof Float64Array || Array.isArray(data))) {
    throw new TypeError(
      `${name} must hold float64 numbers, got ${array.dtype}: a difference quotient needs the digits that it divides ` +
        'away, so convert to a Float64Array first.',
    );
  }
  return { data: data as number[], indices: elementIndices(array) };
}

/** Returns the index into `array.data` of every element, in row-major order of positions. */
export function elementIndices({ shape, stride, offset }: NdArray): Float64Array {
  let indices = Float64Array.of(offset);
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    const next = new Float64Array(indices.length * length);
    for (let i = 0, n = 0; i < indices.length; i++) {
      for (let j = 0; j < length; j++) next[n++] = indices[i] + j * stride[axis];
    }
    indices = next;
  }
  return indices;
}

/** Returns a contiguous copy of the elements, row-major. */
export function copyElements({ data, indices }: Elements): Float64Array {
  const copy = new Float64Array(indices.length);
  for (let i = 0; i < copy.length; i++) copy[i] = data[indices[i]];
  return copy;
}

/** Returns the position of the element with row-major number `flat`. */
export function unravelIndex(flat: number, shape: readonly number[]): number[] {
  const position = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis] = flat % shape[axis];
    flat = Math.floor(flat / shape[axis]);
  }
  return position;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Returns `[2,3]`, for messages. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}

/**
 * Throws unless every element of these arrays has memory of its own: to move one element must move nothing else.
 */
export function assertSeparateElements(arrays: readonly { name: string; array: NdArray; elements: Elements }[]): void {
  const owners = new Map<unknown, Map<number, string>>();
  for (const { name, array, elements } of arrays) {
    const data = array.data as unknown;
    const memory = data instanceof Float64Array ? data.buffer : data;
    const start = data instanceof Float64Array ? data.byteOffset / 8 : 0;
    let taken = owners.get(memory);
    if (!taken) {
      taken = new Map();
      owners.set(memory, taken);
    }
    for (const index of elements.indices) {
      const owner = taken.get(start + index);
      if (owner !== undefined) {
        throw new TypeError(
          owner === name
            ? `${name} has elements that share memory (strides ${formatShape(array.stride)}): they cannot move one by one, so pass a copy.`
            : `${owner} and ${name} share memory: their elements cannot move one by one, so pass copies.`,
        );
      }
      taken.set(start + index, name);
    }
  }
}
