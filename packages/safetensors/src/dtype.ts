/** The typed arrays a tensor may keep its values in, one for each supported dtype of the format. */
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

/** The format's dtype names that JavaScript has a typed array for. */
export const TYPED_ARRAYS: ReadonlyMap<string, TensorArrayConstructor> = new Map<string, TensorArrayConstructor>([
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

const DTYPES: ReadonlyMap<string, string> = new Map([...TYPED_ARRAYS].map(([dtype, array]) => [array.name, dtype]));

/**
 * The format's dtype of a value, or `undefined` for anything that is no supported typed array. The kind is read from
 * `Symbol.toStringTag`, which subclasses (Node's `Buffer`) and arrays of other realms keep.
 */
export function dtypeOf(data: unknown): string | undefined {
  return ArrayBuffer.isView(data) ? DTYPES.get(Object.prototype.toString.call(data).slice(8, -1)) : undefined;
}

export function supportedDtypes(): string {
  return [...TYPED_ARRAYS.keys()].join(', ');
}
