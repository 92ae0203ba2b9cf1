import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type DataType, ELEMENT_TYPE, elementTypeOf, type TensorData } from '../data-type.js';

/** A dimension: a size, or a name for one that a run decides. The same name means the same size. */
export type Dimension = number | string;

/** A node's attribute: a number is an integer, `{ float }` a floating-point number, an array a list of integers. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** Options of {@link GraphBuilder.node}. */
export interface NodeOptions {
  /** Names of the outputs, default one generated name. Give the name of a graph output to compute it. */
  readonly outputs?: readonly string[];
  /** The operator set, default ONNX's own; `com.microsoft` has ONNX Runtime's additions. */
  readonly domain?: string;
}

interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly Dimension[];
}

// Versions written into every model: IR 8, ONNX's operator set 13, ONNX Runtime's own 1.
const IR_VERSION = 8;
const OPERATOR_SETS = [
  { domain: '', version: 13 },
  { domain: 'com.microsoft', version: 1 },
];

/** `AttributeProto.AttributeType` of onnx.proto. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 };

/**
 * Writes a small ONNX model (onnx.proto) node by node: operator set 13 of ONNX and ONNX Runtime's own `com.microsoft`.
 *
 * ```ts
 * const graph = new GraphBuilder();
 * const a = graph.input('a', 'float32', ['m', 'k']);
 * const b = graph.input('b', 'float32', ['k', 'n']);
 * graph.output('c', 'float32', ['m', 'n']);
 * graph.node('MatMul', [a, b], {}, { outputs: ['c'] });
 * const bytes = graph.build();
 * ```
 */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #constants: Uint8Array[] = [];
  readonly #nodes: Uint8Array[] = [];
  readonly #names = new Set<string>();
  #counter = 0;

  /**
   * Adds a graph input and returns its name.
   *
   * @throws RangeError when the name is taken.
   */
  input(name: string, type: DataType, dims: readonly Dimension[]): string {
    this.#declare(name);
    this.#inputs.push({ name, type, dims });
    return name;
  }

  /**
   * Adds a graph output; some node must have its name among its outputs. Returns the name.
   *
   * @throws RangeError when there is such an output already.
   */
  output(name: string, type: DataType, dims: readonly Dimension[]): string {
    if (name === '' || this.outputNames.includes(name)) {
      throw new RangeError(
        `The graph's output ${JSON.stringify(name)} is empty or there already; give it another name.`,
      );
    }
    this.#outputs.push({ name, type, dims });
    return name;
  }

  /**
   * Adds a constant, a copy of the data, and returns its name.
   *
   * @throws RangeError when the data has not as many elements as the shape, TypeError when it is not of the type.
   */
  constant(type: DataType, dims: readonly number[], data: TensorData): string {
    const size = dims.reduce((product, dim) => product * dim, 1);
    if (size !== data.length) {
      throw new RangeError(`A constant of shape [${dims}] has ${size} elements; got ${data.length}.`);
    }
    if (elementTypeOf(data, type) === undefined) {
      throw new TypeError(`A constant of type ${type} got a ${data[Symbol.toStringTag]}; give the type's own array.`);
    }
    const name = this.#unused('constant');
    this.#declare(name);
    this.#constants.push(tensorProto(name, type, dims, data));
    return name;
  }

  /**
   * Adds a node and returns the name of its first output.
   *
   * @param operator its type, such as `MatMul`.
   * @param inputs names of its inputs; `''` leaves an optional one out.
   * @throws RangeError when the name of an output is taken, or an attribute is a number that ONNX cannot hold.
   */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    { outputs, domain = '' }: NodeOptions = {},
  ): string {
    const names = outputs ?? [this.#unused(operator)];
    for (const name of names) this.#declare(name);
    const writer = new BinaryWriter();
    for (const name of inputs) string(writer, 1, name);
    for (const name of names) string(writer, 2, name);
    string(writer, 3, `${operator}_${this.#nodes.length}`);
    string(writer, 4, operator);
    for (const [name, value] of Object.entries(attributes)) bytes(writer, 5, attributeProto(name, value));
    if (domain !== '') string(writer, 7, domain);
    this.#nodes.push(writer.finish());
    return names[0];
  }

  /** The model in ONNX's binary format. */
  build(): Uint8Array {
    const graph = new BinaryWriter();
    for (const node of this.#nodes) bytes(graph, 1, node);
    string(graph, 2, 'graph');
    for (const constant of this.#constants) bytes(graph, 5, constant);
    for (const value of this.#inputs) bytes(graph, 11, valueInfoProto(value));
    for (const value of this.#outputs) bytes(graph, 12, valueInfoProto(value));
    const model = new BinaryWriter();
    integer(model, 1, IR_VERSION);
    bytes(model, 7, graph.finish());
    for (const { domain, version } of OPERATOR_SETS) {
      const set = new BinaryWriter();
      string(set, 1, domain);
      integer(set, 2, version);
      bytes(model, 8, set.finish());
    }
    return model.finish();
  }

  /** Names of the graph's inputs, in the order of their declaration. */
  get inputNames(): readonly string[] {
    return this.#inputs.map(({ name }) => name);
  }

  /** Names of the graph's outputs, in the order of their declaration. */
  get outputNames(): readonly string[] {
    return this.#outputs.map(({ name }) => name);
  }

  #unused(prefix: string): string {
    let name: string;
    do name = `${prefix}_${this.#counter++}`;
    while (this.#names.has(name) || this.outputNames.includes(name));
    return name;
  }

  #declare(name: string): void {
    if (name === '' || this.#names.has(name)) {
      throw new RangeError(
        `The graph's value ${JSON.stringify(name)} is empty or taken; give every value its own name.`,
      );
    }
    this.#names.add(name);
  }
}

function integer(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function string(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function bytes(writer: BinaryWriter, field: number, value: Uint8Array): void {
  writer.tag(field, WireType.LengthDelimited).bytes(value);
}

function tensorProto(name: string, type: DataType, dims: readonly number[], data: TensorData): Uint8Array {
  const writer = new BinaryWriter();
  for (const dim of dims) integer(writer, 1, dim);
  integer(writer, 2, ELEMENT_TYPE[type]);
  string(writer, 8, name);
  bytes(writer, 9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return writer.finish();
}

function valueInfoProto({ name, type, dims }: Value): Uint8Array {
  const shape = new BinaryWriter();
  for (const dim of dims) {
    const dimension = new BinaryWriter();
    if (typeof dim === 'number') integer(dimension, 1, dim);
    else string(dimension, 2, dim);
    bytes(shape, 1, dimension.finish());
  }
  const tensorType = new BinaryWriter();
  integer(tensorType, 1, ELEMENT_TYPE[type]);
  bytes(tensorType, 2, shape.finish());
  const typeProto = new BinaryWriter();
  bytes(typeProto, 1, tensorType.finish());
  const writer = new BinaryWriter();
  string(writer, 1, name);
  bytes(writer, 2, typeProto.finish());
  return writer.finish();
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  const writer = new BinaryWriter();
  const integers = typeof value === 'number' ? [value] : Array.isArray(value) ? value : [];
  if (!integers.every(Number.isSafeInteger)) {
    throw new RangeError(
      `Attribute ${name} is ${value}; give whole numbers, or { float: ${value} } for a floating-point one.`,
    );
  }
  string(writer, 1, name);
  if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, ATTRIBUTE_TYPE.int);
  } else if (typeof value === 'string') {
    string(writer, 4, value);
    integer(writer, 20, ATTRIBUTE_TYPE.string);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    integer(writer, 20, ATTRIBUTE_TYPE.float);
  } else {
    for (const item of value) integer(writer, 8, item);
    integer(writer, 20, ATTRIBUTE_TYPE.ints);
  }
  return writer.finish();
}
