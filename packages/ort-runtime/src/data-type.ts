/** Element types of ONNX that JavaScript has typed arrays for. */
export type DataType =
  | 'float32'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

/** Memory of a tensor's elements, row-major. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Numbers of `TensorProto.DataType` (onnx.proto), the same as `ONNXTensorElementDataType` of the C API. */
export const ELEMENT_TYPE: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

const ELEMENT_TYPE_OF_ARRAY: Readonly<Record<TensorData[typeof Symbol.toStringTag], number>> = {
  Float32Array: ELEMENT_TYPE.float32,
  Float64Array: ELEMENT_TYPE.float64,
  Int8Array: ELEMENT_TYPE.int8,
  Uint8Array: ELEMENT_TYPE.uint8,
  Int16Array: ELEMENT_TYPE.int16,
  Uint16Array: ELEMENT_TYPE.uint16,
  Int32Array: ELEMENT_TYPE.int32,
  Uint32Array: ELEMENT_TYPE.uint32,
  BigInt64Array: ELEMENT_TYPE.int64,
  BigUint64Array: ELEMENT_TYPE.uint64,
};

/**
 * The element type of a tensor; `undefined` where the memory is not a typed array that ONNX knows or not of the declared
 * type. Goes by the array's tag: `instanceof` fails for arrays of another realm, such as those of a test in Jest.
 */
export function elementTypeOf(data: TensorData | undefined, declared?: DataType): number | undefined {
  const tag = data?.[Symbol.toStringTag];
  const type = tag === undefined ? undefined : ELEMENT_TYPE_OF_ARRAY[tag];
  if (declared === undefined || type === ELEMENT_TYPE[declared]) return type;
  return declared === 'bool' && type === ELEMENT_TYPE.uint8 ? ELEMENT_TYPE.bool : undefined;
}
