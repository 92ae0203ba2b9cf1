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

/** The element type of a typed array; `undefined` for anything else. */
export function elementTypeOf(data: TensorData): number | undefined {
  if (data instanceof Float32Array) return ELEMENT_TYPE.float32;
  if (data instanceof Float64Array) return ELEMENT_TYPE.float64;
  if (data instanceof Int32Array) return ELEMENT_TYPE.int32;
  if (data instanceof BigInt64Array) return ELEMENT_TYPE.int64;
  if (data instanceof Uint8Array) return ELEMENT_TYPE.uint8;
  if (data instanceof Int8Array) return ELEMENT_TYPE.int8;
  if (data instanceof Int16Array) return ELEMENT_TYPE.int16;
  if (data instanceof Uint16Array) return ELEMENT_TYPE.uint16;
  if (data instanceof Uint32Array) return ELEMENT_TYPE.uint32;
  if (data instanceof BigUint64Array) return ELEMENT_TYPE.uint64;
  return undefined;
}
