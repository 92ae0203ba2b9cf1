import {
  LongText,
  nameOf,
  PickledGlobal,
  PickledTuple,
  type PickleLimit,
  type PickleRules,
  Unpickler,
} from '@cifarlab/internals/pickle';
import { Cifar10Error } from '../../errors.js';
import { IMAGE_SIZE } from '../../records.js';

/** A value in a pickle of numbers, texts, byte strings, lists, dictionaries and NumPy arrays. */
export type PickleValue =
  | number
  | boolean
  | null
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | PickledArray
  | PickledTuple
  | LongText;

type PickleDict = Map<string, PickleValue>;

/** A NumPy array in C order. */
export class PickledArray {
  constructor(
    readonly shape: readonly number[],
    /** NumPy's code with the byte order: `|u1`, `<i8`, `>f4`. */
    readonly type: string,
    readonly data: Uint8Array,
  ) {}
}

class DataType {
  /** `<` or `>`; a type of one byte has none. */
  order = '|';
  constructor(readonly code: string) {}
}

/** The array between its construction and its BUILD, which fills in `built`. */
class UnbuiltArray {
  built: PickledArray | undefined;
}

const NDARRAY = 'numpy ndarray';
const DTYPE = 'numpy dtype';
const ENCODE = '_codecs encode';
/** NumPy 2 renamed the module; each version writes its own name. */
const RECONSTRUCT = ['numpy.core.multiarray _reconstruct', 'numpy._core.multiarray _reconstruct'];
const SCALAR = ['numpy.core.multiarray scalar', 'numpy._core.multiarray scalar'];
const FROM_BUFFER = ['numpy.core.numeric _frombuffer', 'numpy._core.numeric _frombuffer'];
const BYTES = ['__builtin__ bytes', 'builtins bytes'];
const ALLOWED_GLOBALS: ReadonlySet<string> = new Set([
  NDARRAY,
  DTYPE,
  ENCODE,
  ...RECONSTRUCT,
  ...SCALAR,
  ...FROM_BUFFER,
  ...BYTES,
]);

/** Texts and byte strings up to this length are names and labels; longer ones stay views into the file. */
const SHORT = 255;

/**
 * Limits of a file's requests: a base in any case, and more for each image that its size has room for. A batch written
 * by Python takes at most half of each.
 */
const LIMITS = {
  opcodes: { base: 8192, perImage: 16 },
  values: { base: 4096, perImage: 2 },
  references: { base: 2048, perImage: 8 },
  containers: { base: 256, perImage: 0 },
  tuples: { base: 512, perImage: 2 },
  'open marks': { base: 64, perImage: 0 },
  'byte strings': { base: 2048, perImage: 4 },
  'bytes of text': { base: 256 * 1024, perImage: 256 },
} as const satisfies Record<PickleLimit, { base: number; perImage: number }>;

/**
 * Reads a pickle of protocols 2 to 5 as Python 2 wrote the published batches and Python 3 writes such data, and nothing
 * more: dictionaries whose keys are texts or byte strings, lists, tuples, texts, byte strings, numbers and NumPy arrays.
 * Nothing in the file is ever imported, called or evaluated; an opcode or a global beyond those that such data needs is
 * refused by name. Time and memory are bounded by what a batch of the file's size needs.
 *
 * @param bytes the whole file.
 * @param file its name, for error messages.
 * @returns the value; arrays and byte strings are views into `bytes`, not copies.
 * @throws {Cifar10Error} `UNSAFE_PICKLE` for a refused opcode or global, with its offset, and for a file that asks for
 *   more than a batch of its size needs; `MALFORMED` when truncated.
 */
export function readPickle(bytes: Uint8Array, file: string): PickleValue {
  return new BatchUnpickler(bytes, file).read() as PickleValue;
}

/** Advice for a file that is not a published one. */
export const OWN_BATCH =
  "one of your own holds {'data': a uint8 array of shape (count, 3072), 'labels': a list}, and is written with pickle.dump(batch, file, protocol=4)";

function rulesFor(bytes: number): PickleRules {
  const images = Math.floor(bytes / IMAGE_SIZE);
  const limits = Object.entries(LIMITS).map(([what, { base, perImage }]) => [what, base + perImage * images]);
  return {
    limits: Object.fromEntries(limits) as Record<PickleLimit, number>,
    longestText: SHORT,
    longestNumber: 8,
    globals: ALLOWED_GLOBALS,
    because: {
      start: 'of your own data, write it with pickle.dump(batch, file, protocol=4)',
      opcode: "CIFAR-10's files do not use it",
      global: "CIFAR-10's files name only NumPy arrays",
      call: 'only NumPy arrays and their types are constructed',
      limit: 'which no batch of its size needs',
    },
  };
}

class BatchUnpickler extends Unpickler {
  readonly #file: string;
  #encoded = 0;

  constructor(bytes: Uint8Array, file: string) {
    super(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), rulesFor(bytes.length));
    this.#file = file;
  }

  /** The constructions of arrays, their types and scalars, and the byte strings of protocol 2 in Python 3. */
  protected override construct(name: string, args: readonly unknown[]): unknown {
    const [first, second, third, fourth] = args;
    if (RECONSTRUCT.includes(name) && first instanceof PickledGlobal && first.name === NDARRAY) {
      this.spend('containers', 1);
      return new UnbuiltArray();
    }
    if (name === DTYPE && nameOf(first) !== undefined) {
      this.spend('containers', 1);
      return new DataType(nameOf(first)!.replace(/^[|<>=]/, ''));
    }
    if (SCALAR.includes(name) && first instanceof DataType && second instanceof Uint8Array) {
      return numbersOf(new PickledArray([1], typeName(first), this.#arrayBytes(first, [1], second)))[0];
    }
    if (
      FROM_BUFFER.includes(name) &&
      first instanceof Uint8Array &&
      second instanceof DataType &&
      fourth !== undefined
    ) {
      const shape = third instanceof PickledTuple ? third.items : [];
      return this.#array(second, shape, nameOf(fourth) !== 'C', first);
    }
    if (name === ENCODE && (first instanceof LongText || typeof first === 'string') && nameOf(second) === 'latin1') {
      return this.#encode(first instanceof LongText ? first.utf8 : Buffer.from(first));
    }
    return BYTES.includes(name) && args.length === 0 ? Buffer.alloc(0) : undefined;
  }

  /** Returns the byte string whose bytes are the characters of a text: how Python 3 writes one in protocol 2. */
  #encode(utf8: Uint8Array): Uint8Array {
    this.#encoded += utf8.length;
    if (this.#encoded > this.size) {
      throw this.unsafe(`it turns one text into bytes again and again, at offset ${this.offset}`);
    }
    this.spend('byte strings', 1);
    const bytes = Buffer.alloc(utf8.length);
    let length = 0;
    for (let i = 0; i < utf8.length; i++, length++) {
      const byte = utf8[i]!;
      if (byte < 0x80) {
        bytes[length] = byte;
      } else if ((byte === 0xc2 || byte === 0xc3) && i + 1 < utf8.length) {
        bytes[length] = ((byte & 3) << 6) | (utf8[++i]! & 0x3f);
      } else {
        throw this.malformed(`a text at offset ${this.offset} whose characters are not bytes`);
      }
    }
    return bytes.subarray(0, length);
  }

  /** BUILD: the state of a type (its byte order) or of an array (version, shape, type, order, data). */
  protected override build(target: unknown, state: unknown): void {
    if (!(state instanceof PickledTuple)) {
      throw this.malformed(`BUILD without a tuple at offset ${this.offset}`);
    }
    const { items } = state;
    if (target instanceof DataType) {
      const order = nameOf(items[1]);
      target.order = order === '>' || order === '<' ? order : '|';
      return;
    }
    if (!(target instanceof UnbuiltArray)) {
      throw this.unsafe(`BUILD at offset ${this.offset} is refused: it may only fill a NumPy array`);
    }
    const [, shape, type, fortranOrder, data] = items;
    if (!(type instanceof DataType) || !(data instanceof Uint8Array)) {
      throw this.malformed(`an array at offset ${this.offset} that is not of numbers`);
    }
    target.built = this.#array(type, shape instanceof PickledTuple ? shape.items : [], fortranOrder !== false, data);
  }

  #array(type: DataType, shape: readonly unknown[], fortran: boolean, data: Uint8Array): PickledArray {
    const isSize = (n: unknown) => typeof n === 'number' && Number.isInteger(n) && n >= 0;
    if (shape.length === 0 || shape.length > MOST_DIMENSIONS || !shape.every(isSize)) {
      throw this.malformed(`an array without a shape at offset ${this.offset}`);
    }
    // In one dimension both orders are the same.
    if (fortran && shape.length > 1) {
      throw this.malformed(
        `an array at offset ${this.offset} that is not in C order; save numpy.ascontiguousarray of it`,
      );
    }
    this.spend('containers', 1);
    return new PickledArray(shape as number[], typeName(type), this.#arrayBytes(type, shape as number[], data));
  }

  #arrayBytes(type: DataType, shape: readonly number[], data: Uint8Array): Uint8Array {
    if (!/^([iu][1248]|f[48]|b1)$/.test(type.code)) {
      throw this.malformed(
        `an array of the type ${JSON.stringify(type.code.slice(0, 20))} at offset ${this.offset}, which is not one of numbers`,
      );
    }
    const size = shape.reduce((product, n) => product * n, Number(type.code[1]));
    if (data.length !== size) {
      throw this.malformed(
        `an array of shape (${shape.join(', ')}) at offset ${this.offset} without its ${size} bytes`,
      );
    }
    return data;
  }

  /** A stack item as a value that may leave the unpickler. */
  protected override value(item: unknown): unknown {
    if (item instanceof UnbuiltArray && item.built !== undefined) return item.built;
    if (
      item instanceof PickledGlobal ||
      item instanceof DataType ||
      item instanceof UnbuiltArray ||
      item === undefined
    ) {
      throw this.malformed(`a value of an unexpected kind at offset ${this.offset}`);
    }
    return typeof item === 'bigint' ? Number(item) : item;
  }

  protected override key(item: unknown): string | undefined {
    return nameOf(item);
  }

  protected override unsafe(what: string): Cifar10Error {
    return new Cifar10Error(
      'UNSAFE_PICKLE',
      `${this.#file}: ${what}. Fetch the file again from a source you trust; ${OWN_BATCH}.`,
    );
  }

  protected override malformed(what: string): Cifar10Error {
    return new Cifar10Error(
      'MALFORMED',
      `${this.#file}: not a readable CIFAR-10 pickle (${what}). Fetch the file again, or leave the data folder out to download the data.`,
    );
  }
}

/** NumPy allows no more. */
const MOST_DIMENSIONS = 64;

function typeName({ code, order }: DataType): string {
  return `${code.endsWith('1') ? '|' : order === '|' ? '<' : order}${code}`;
}

/** Returns the values of an array as numbers; those beyond 2^53 are rounded. */
export function numbersOf({ data, type }: PickledArray): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const little = type[0] !== '>';
  const size = Number(type[2]);
  const bits = size * 8;
  const read: Record<string, (at: number) => number> = {
    i: (at) => (bits === 64 ? Number(view.getBigInt64(at, little)) : view[`getInt${bits as 8 | 16 | 32}`](at, little)),
    u: (at) =>
      bits === 64 ? Number(view.getBigUint64(at, little)) : view[`getUint${bits as 8 | 16 | 32}`](at, little),
    f: (at) => view[`getFloat${bits as 32 | 64}`](at, little),
    b: (at) => view.getUint8(at),
  };
  return Array.from({ length: data.length / size }, (_, i) => read[type[1]!]!(i * size));
}
