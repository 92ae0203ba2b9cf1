/** The typed arrays a tensor may keep its values in. */
export type TensorArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array;

/** A typed array's constructor over part of a buffer. */
interface TensorArrayConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TensorArray;
}

/** Properties of one dtype of the format. */
interface Dtype {
  /** Bits of one element; fewer than 8 for some. */
  bits: number;
  /** Constructor of the array that holds a tensor's data. */
  array: TensorArrayConstructor;
}

/** The dtypes that JavaScript has a typed array for: the array alone tells the dtype. */
const PLAIN: ReadonlyMap<string, TensorArrayConstructor> = new Map<string, TensorArrayConstructor>([
  ['F64', Float64Array],
  ['F32', Float32Array],
  ['I64', BigInt64Array],
  ['I32', Int32Array],
  ['I16', Int16Array],
  ['I8', Int8Array],
  ['U64', BigUint64Array],
  ['U32', Uint32Array],
  ['U16', Uint16Array],
  ['U8', Uint8Array],
]);

/** The other dtypes of the reference implementation (safetensors 0.8.0): their bits or bytes as they are in the file. */
const RAW: readonly [name: string, bits: number, array: TensorArrayConstructor][] = [
  ['F16', 16, Uint16Array],
  ['BF16', 16, Uint16Array],
  ['BOOL', 8, Uint8Array],
  ['F8_E4M3', 8, Uint8Array],
  ['F8_E5M2', 8, Uint8Array],
  ['F8_E8M0', 8, Uint8Array],
  ['F8_E4M3FNUZ', 8, Uint8Array],
  ['F8_E5M2FNUZ', 8, Uint8Array],
  ['F6_E2M3', 6, Uint8Array],
  ['F6_E3M2', 6, Uint8Array],
  ['F4', 4, Uint8Array],
  ['C64', 64, Uint8Array],
];

const DTYPES: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ...[...PLAIN].map(([name, array]) => [name, { bits: 8 * array.BYTES_PER_ELEMENT, array }] as const),
  ...RAW.map(([name, bits, array]) => [name, { bits, array }] as const),
]);

const PLAIN_NAMES: ReadonlyMap<string, string> = new Map([...PLAIN].map(([dtype, array]) => [array.name, dtype]));

/**
 * Returns the format's dtype of a value, or `undefined` for anything that is not a supported typed array. The kind is
 * read from `Symbol.toStringTag`, which subclasses (Node's `Buffer`) and arrays of other realms keep.
 */
export function dtypeOf(data: unknown): string | undefined {
  return ArrayBuffer.isView(data) ? PLAIN_NAMES.get(Object.prototype.toString.call(data).slice(8, -1)) : undefined;
}

/** Returns whether a typed array alone tells that its elements are of this dtype. */
export function isPlain(dtype: string): boolean {
  return PLAIN.has(dtype);
}

/**
 * Returns the constructor of the array that holds data of a dtype; for a dtype that is not known here, of an array of
 * bytes.
 */
export function arrayOf(dtype: string): TensorArrayConstructor {
  return DTYPES.get(dtype)?.array ?? Uint8Array;
}

/**
 * Returns the bytes of this many elements, which need not be a whole number; `undefined` if the dtype is not known
 * here.
 */
export function bytesOf(dtype: string, count: number): number | undefined {
  const known = DTYPES.get(dtype);
  return known && (count * known.bits) / 8;
}

/** Returns the names of the typed arrays' dtypes, for messages. */
export function supportedDtypes(): string {
  return [...PLAIN.keys()].join(', ');
}
