import type { TensorArray } from '@cifarlab/safetensors';

/** Layout of the numbers of one type in a file, all in little-endian order. */
export interface ElementType {
  /** Bytes of one number. */
  readonly bytes: number;
  /** Makes room for numbers of this type. */
  allocate(count: number): TensorArray;
  /** Returns the number at a byte. */
  read(view: DataView, at: number): number | bigint;
  /** The name by which safetensors knows the type, where the typed array alone does not tell it. */
  readonly dtype?: string;
}

const uint8: ElementType = { bytes: 1, allocate: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) };
const bits16: ElementType = {
  bytes: 2,
  allocate: (n) => new Uint16Array(n),
  read: (view, at) => view.getUint16(at, true),
};

const BY_STORAGE: Readonly<Record<string, ElementType>> = {
  FloatStorage: { bytes: 4, allocate: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at, true) },
  DoubleStorage: { bytes: 8, allocate: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at, true) },
  HalfStorage: { ...bits16, dtype: 'F16' },
  BFloat16Storage: { ...bits16, dtype: 'BF16' },
  LongStorage: { bytes: 8, allocate: (n) => new BigInt64Array(n), read: (view, at) => view.getBigInt64(at, true) },
  IntStorage: { bytes: 4, allocate: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at, true) },
  ShortStorage: { bytes: 2, allocate: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at, true) },
  CharStorage: { bytes: 1, allocate: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  ByteStorage: uint8,
  BoolStorage: { ...uint8, dtype: 'BOOL' },
};

/** The types by the globals that name their storages: `torch FloatStorage`, or of a GPU `torch.cuda FloatStorage`. */
export const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map(
  ['torch', 'torch.cuda'].flatMap((module) =>
    Object.entries(BY_STORAGE).map(([storage, type]) => [`${module} ${storage}`, type] as const),
  ),
);
