import { create } from '@bufbuild/protobuf';
import { show } from '@cifarlab/internals/show';
import { OnnxError } from '../error.js';
import { type AttributeProto, AttributeProto_AttributeType, AttributeProtoSchema } from '../generated/onnx_pb.js';

/** An attribute of a node: a number is a whole one, `{ float }` any, an array a list of whole numbers. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** @throws OnnxError, `INVALID`, when a number that must be whole is not. */
export function attributeProto(name: string, value: OnnxAttribute): AttributeProto {
  return create(AttributeProtoSchema, { name, ...contentOf(name, value) });
}

function contentOf(name: string, value: OnnxAttribute) {
  if (typeof value === 'string') {
    return { type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
  if (typeof value === 'number') return { type: AttributeProto_AttributeType.INT, i: whole(name, value) };
  if ('float' in value) return { type: AttributeProto_AttributeType.FLOAT, f: value.float };
  return { type: AttributeProto_AttributeType.INTS, ints: value.map((item) => whole(name, item)) };
}

function whole(name: string, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new OnnxError(
    'INVALID',
    `The attribute ${show(name)} must be whole numbers, and is ${show(value)}; give { float: ${show(value)} } for another one.`,
  );
}
