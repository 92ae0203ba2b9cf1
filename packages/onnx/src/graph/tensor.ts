import { create } from '@bufbuild/protobuf';
import { littleEndianBytes } from '@cifarlab/internals/little-endian';
import { show } from '@cifarlab/internals/show';
import { OnnxError } from '../error.js';
import { type TensorProto, TensorProto_DataType, TensorProtoSchema } from '../generated/onnx_pb.js';

/** A type of numbers. */
export type OnnxType = 'float32' | 'uint8' | 'int64';

/** An array with its shape, row-major; `[]` is the shape of a single number. */
export interface OnnxTensor {
  /** Sizes of the dimensions. */
  readonly shape: readonly number[];
  /** The numbers. They are not copied. */
  readonly data: Float32Array | Uint8Array | BigInt64Array;
}

/** The numbers of the types in the format. */
export const dataTypes: Readonly<Record<OnnxType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  uint8: TensorProto_DataType.UINT8,
  int64: TensorProto_DataType.INT64,
};

/** @throws OnnxError, `INVALID`, when there are not as many numbers as the shape has. */
export function tensorProto(name: string, { shape, data }: OnnxTensor): TensorProto {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== data.length) {
    throw new OnnxError(
      'INVALID',
      `The tensor ${show(name)} of shape ${show(shape)} must have ${size} numbers, and has ${data.length}; give it its own shape.`,
    );
  }
  const dims = shape.map(BigInt);
  return create(TensorProtoSchema, { name, dims, dataType: dataTypes[typeOf(data)], rawData: littleEndianBytes(data) });
}

function typeOf(data: OnnxTensor['data']): OnnxType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Uint8Array ? 'uint8' : 'int64';
}
