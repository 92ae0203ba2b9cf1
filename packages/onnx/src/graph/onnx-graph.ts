import { create, toBinary } from '@bufbuild/protobuf';
import { show } from '@cifarlab/internals/show';
import { OnnxError } from '../error.js';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../generated/onnx_pb.js';
import { attributeProto, type OnnxAttribute } from './attribute.js';
import { dataTypes, type OnnxTensor, type OnnxType, tensorProto } from './tensor.js';

/** A size, or a name for one that every run decides. The same name means the same size. */
export type OnnxDimension = number | string;

/** Description of a model beside its graph. */
export interface OnnxDescription {
  /** The software that has made it. Default: none. */
  producer?: { readonly name: string; readonly version: string } | undefined;
  /** Text for people. Default: none. */
  description?: string | undefined;
  /** Texts by name, the `metadata_props`. Default: none. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** The version of the format, that of ONNX 1.8. */
export const IR_VERSION = 7;

/** The version of ONNX's own operators, that of ONNX 1.8. ONNX Runtime reads it since 1.6, of December 2020. */
export const OPSET_VERSION = 13;

/** Protocol buffers hold no more bytes, and neither does an ONNX file without others beside it. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * An ONNX model that is built node by node, of operators of ONNX itself.
 *
 * ```ts
 * const graph = new OnnxGraph('product');
 * graph.input('x', 'float32', ['n', 2]);
 * const w = graph.initializer('w', { shape: [2, 1], data: Float32Array.of(3, 4) });
 * graph.node('MatMul', ['x', w], { output: 'y' });
 * graph.output('y', 'float32', ['n', 1]);
 * const bytes = graph.encode();
 * ```
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #values = new Set<string>();
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #nodes: NodeProto[] = [];
  readonly #scalars = new Map<number, string>();

  /** @param name of the graph. */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Adds an input.
   *
   * @returns its name.
   * @throws OnnxError, `INVALID`, when the name is taken.
   */
  input(name: string, type: OnnxType, shape: readonly OnnxDimension[]): string {
    this.#declare(name);
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /**
   * Declares a value an output.
   *
   * @throws OnnxError, `INVALID`, when there is no such value.
   */
  output(name: string, type: OnnxType, shape: readonly OnnxDimension[]): void {
    this.#requireValues([name]);
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /**
   * Adds an array of numbers that is part of the model. It is written as it is when the model is encoded.
   *
   * @returns its name.
   * @throws OnnxError, `INVALID`, when the name is taken, or the shape is not that of the numbers.
   */
  initializer(name: string, tensor: OnnxTensor): string {
    const proto = tensorProto(name, tensor);
    this.#declare(name);
    this.#initializers.push(proto);
    return name;
  }

  /** Returns the name of a float32 number that is part of the model; it is added where it is not there yet. */
  scalar(value: number): string {
    const known = this.#scalars.get(value);
    if (known !== undefined) return known;
    const name = this.initializer(this.#unused(`constant/${value}`), { shape: [], data: Float32Array.of(value) });
    this.#scalars.set(value, name);
    return name;
  }

  /**
   * Adds a node with one output.
   *
   * @param operator such as `MatMul`.
   * @param inputs names of values that are there; `''` leaves an optional one out.
   * @param options.output the name of its output. Default: one made of `scope` and the operator.
   * @param options.scope what it is part of, such as the name of a layer. Default: the graph.
   * @returns the name of its output.
   * @throws OnnxError, `INVALID`, when an input is not there, the name of the output is taken, or an attribute is not whole.
   */
  node(
    operator: string,
    inputs: readonly string[],
    options: { attributes?: Readonly<Record<string, OnnxAttribute>>; output?: string; scope?: string } = {},
  ): string {
    const { attributes = {}, scope = this.#name } = options;
    const { output = this.#unused(`${scope}/${operator}`) } = options;
    this.#requireValues(inputs.filter((input) => input !== ''));
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#declare(output);
    // Outputs have their own names, so that these tell nodes apart, too.
    const node = { opType: operator, name: output, input: [...inputs], output: [output], attribute };
    this.#nodes.push(create(NodeProtoSchema, node));
    return output;
  }

  /**
   * Encodes the model as the content of a file `.onnx`.
   *
   * @throws OnnxError, `TOO_LARGE`, when it has 2 GiB or more.
   */
  encode({ producer, description = '', metadata = {} }: OnnxDescription = {}): Uint8Array {
    requireRoom(this.#initializers.reduce((sum, { rawData }) => sum + rawData.length, 0));
    const graph = create(GraphProtoSchema, {
      name: this.#name,
      input: this.#inputs,
      output: this.#outputs,
      initializer: this.#initializers,
      node: this.#nodes,
    });
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      opsetImport: [{ domain: '', version: BigInt(OPSET_VERSION) }],
      producerName: producer?.name ?? '',
      producerVersion: producer?.version ?? '',
      docString: description,
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph,
    });
    const bytes = toBinary(ModelProtoSchema, model);
    requireRoom(bytes.length);
    return bytes;
  }

  #unused(name: string): string {
    let unused = name;
    for (let number = 2; this.#values.has(unused); number++) unused = `${name}_${number}`;
    return unused;
  }

  #declare(name: string): void {
    if (name === '' || this.#values.has(name)) {
      const rule = name === '' ? 'must not be empty' : 'is taken';
      throw new OnnxError('INVALID', `The name ${show(name)} of a value ${rule}; give every value a name of its own.`);
    }
    this.#values.add(name);
  }

  #requireValues(names: readonly string[]): void {
    const missing = names.find((name) => !this.#values.has(name));
    if (missing === undefined) return;
    throw new OnnxError('INVALID', `The graph has no value ${show(missing)}; add what computes it first.`);
  }
}

function valueInfo(name: string, type: OnnxType, shape: readonly OnnxDimension[]): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size } as const),
  }));
  const value = { case: 'tensorType', value: { elemType: dataTypes[type], shape: { dim } } } as const;
  return create(ValueInfoProtoSchema, { name, type: { value } });
}

function requireRoom(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new OnnxError(
    'TOO_LARGE',
    `The model has ${bytes} bytes, and an ONNX file holds ${MOST_BYTES}; write a smaller network, or its weights alone in another format.`,
  );
}
