import { type Tensor, toFloat32 } from '@cifarlab/safetensors';
import type { ElementType } from './element-types.js';

/** Numbers that a pickle names by a key; they lie elsewhere in the file. */
export class Storage {
  constructor(
    readonly key: string,
    readonly type: ElementType,
    /** Number of elements. */
    readonly count: number,
  ) {}
}

/** A tensor as PyTorch saves it: where in a storage it starts, and how far apart its elements are, in numbers. */
export class TensorView {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}

  /** The number of elements. */
  get count(): number {
    return countOf(this.shape);
  }
}

/** The most dimensions of a tensor; PyTorch's own limit. */
const MOST_DIMENSIONS = 64;

/**
 * Says what is wrong with a view: its elements must lie within its storage. Strides are 0 or more, as in PyTorch; there
 * may be more elements than numbers in the storage if a stride is 0.
 *
 * @returns undefined if nothing is wrong.
 */
export function problemOf({ storage, offset, shape, strides }: TensorView): string | undefined {
  if (shape.length !== strides.length || shape.length > MOST_DIMENSIONS) {
    return `a tensor with ${shape.length} sizes and ${strides.length} strides, where both are the same and at most ${MOST_DIMENSIONS}`;
  }
  if (![offset, ...shape, ...strides].every(isSize)) {
    return 'a tensor whose offset, sizes and strides are not all whole numbers of 0 or more';
  }
  const count = countOf(shape);
  if (!Number.isSafeInteger(count)) return `a tensor of shape (${shape.join(', ')}), which has too many elements`;
  const end = count === 0 ? offset : shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, offset) + 1;
  return end > storage.count
    ? `a tensor that reaches to number ${end} of a storage with ${storage.count} numbers`
    : undefined;
}

function countOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((count, size) => count * size, 1);
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Returns the elements of a view as float32, in row-major order; `bytes` are those of its storage. */
export function gather(
  { storage, offset, shape, strides, count }: TensorView,
  bytes: Uint8Array,
): Tensor<Float32Array> {
  const { type } = storage;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = type.allocate(count);
  let next = 0;
  const copy = (axis: number, start: number): void => {
    // A scalar has no axis, and one element.
    const size = shape[axis] ?? 1;
    const stride = strides[axis] ?? 0;
    for (let i = 0, from = start; i < size; i++, from += stride) {
      if (axis < shape.length - 1) copy(axis + 1, from);
      else data[next++] = type.read(view, from * type.bytes);
    }
  };
  if (count > 0) copy(0, offset);
  return toFloat32(type.dtype === undefined ? { shape, data } : { shape, data, dtype: type.dtype });
}
