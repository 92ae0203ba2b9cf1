import { Cifar10Error } from './errors.js';
import { IMAGE_SIZE } from './format.js';

/** What a pickle of numbers, texts, byte strings, lists, dictionaries and NumPy arrays can hold. */
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

/** A tuple; its items may be anything that a pickle builds values from. */
export class PickledTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** A text of more than 255 bytes, left as its UTF-8: a name is never that long, and pixels may be. */
class LongText {
  constructor(readonly utf8: Uint8Array) {}
}

/** What stands on the unpickler's stack: values, and the few objects that only live while an array is built. */
type StackItem = PickleValue | Global | DataType | UnbuiltArray;

/** One of the globals that a pickled array names. They are labels here: nothing is imported or called. */
class Global {
  constructor(readonly name: string) {}
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

/** The opcodes of protocols 2 to 5 that batches of any size consist of; every other one is refused. */
const Op = {
  PROTO: 0x80,
  MARK: 0x28, // (
  EMPTY_TUPLE: 0x29, // )
  STOP: 0x2e, // .
  BINBYTES: 0x42, // B
  SHORT_BINBYTES: 0x43, // C
  BINFLOAT: 0x47, // G
  BININT: 0x4a, // J
  BININT1: 0x4b, // K
  BININT2: 0x4d, // M
  NONE: 0x4e, // N
  REDUCE: 0x52, // R
  BINSTRING: 0x54, // T
  SHORT_BINSTRING: 0x55, // U
  BINUNICODE: 0x58, // X
  EMPTY_LIST: 0x5d, // ]
  BUILD: 0x62, // b
  APPEND: 0x61, // a
  GLOBAL: 0x63, // c
  APPENDS: 0x65, // e
  BINGET: 0x68, // h
  LONG_BINGET: 0x6a, // j
  BINPUT: 0x71, // q
  LONG_BINPUT: 0x72, // r
  SETITEM: 0x73, // s
  TUPLE: 0x74, // t
  SETITEMS: 0x75, // u
  EMPTY_DICT: 0x7d, // }
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINBYTES8: 0x8e,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
  BYTEARRAY8: 0x96,
} as const;

/** Texts and byte strings up to this length are names and labels; longer ones stay views into the file. */
const SHORT = 255;

/**
 * What a file may ask for: so much in any case, and so much more for each image that its size has room for. A batch
 * written by Python takes at most half of each.
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
} as const;

type Limited = keyof typeof LIMITS;

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
  return new Unpickler(bytes, file).read();
}

/** What to do where a file is not a published one. */
export const OWN_BATCH =
  "one of your own holds {'data': a uint8 array of shape (count, 3072), 'labels': a list}, and is written with pickle.dump(batch, file, protocol=4)";

class Unpickler {
  private readonly buffer: Buffer;
  private position = 0;
  private opcodeOffset = 0;
  private readonly stack: StackItem[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, StackItem>();
  private readonly used: Record<Limited, number> = {
    opcodes: 0,
    values: 0,
    references: 0,
    containers: 0,
    tuples: 0,
    'open marks': 0,
    'byte strings': 0,
    'bytes of text': 0,
  };
  private encoded = 0;

  constructor(
    bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): PickleValue {
    if (this.byte() !== Op.PROTO) {
      throw this.malformed(
        'it does not start with the mark of a pickle of protocols 2 to 5; of your own data, write it with pickle.dump(batch, file, protocol=4)',
      );
    }
    const protocol = this.byte();
    if (protocol < 2 || protocol > 5) {
      throw this.malformed(`its pickle protocol is ${protocol}, expected 2 to 5`);
    }
    for (;;) {
      this.opcodeOffset = this.position;
      const opcode = this.byte();
      if (opcode === Op.STOP) {
        return this.result();
      }
      this.spend('opcodes', 1);
      this.step(opcode);
      this.limit('values', this.stack.length);
    }
  }

  private result(): PickleValue {
    if (this.stack.length !== 1 || this.marks.length !== 0) {
      throw this.malformed(`it ends with ${this.stack.length} values on the stack, expected 1`);
    }
    return this.value(this.stack[0]!);
  }

  private step(opcode: number): void {
    const { stack } = this;
    switch (opcode) {
      case Op.MARK:
        this.marks.push(stack.length);
        this.limit('open marks', this.marks.length);
        return;
      case Op.EMPTY_TUPLE:
        stack.push(this.tuple([]));
        return;
      case Op.EMPTY_DICT:
        this.spend('containers', 1);
        stack.push(new Map<string, PickleValue>());
        return;
      case Op.EMPTY_LIST:
        this.spend('containers', 1);
        stack.push([]);
        return;
      case Op.NONE:
        stack.push(null);
        return;
      case Op.NEWTRUE:
        stack.push(true);
        return;
      case Op.NEWFALSE:
        stack.push(false);
        return;
      case Op.BININT1:
        stack.push(this.byte());
        return;
      case Op.BININT2:
        stack.push(this.buffer.readUInt16LE(this.take(2)));
        return;
      case Op.BININT:
        stack.push(this.buffer.readInt32LE(this.take(4)));
        return;
      case Op.BINFLOAT:
        stack.push(this.buffer.readDoubleBE(this.take(8)));
        return;
      case Op.LONG1:
        stack.push(this.long(this.byte()));
        return;
      case Op.SHORT_BINSTRING:
      case Op.SHORT_BINBYTES:
        stack.push(this.byteString(this.byte()));
        return;
      case Op.BINSTRING:
        stack.push(this.byteString(this.buffer.readInt32LE(this.take(4))));
        return;
      case Op.BINBYTES:
        stack.push(this.byteString(this.buffer.readUInt32LE(this.take(4))));
        return;
      case Op.BINBYTES8:
      case Op.BYTEARRAY8:
        stack.push(this.byteString(this.length8()));
        return;
      case Op.SHORT_BINUNICODE:
        stack.push(this.text(this.byte()));
        return;
      case Op.BINUNICODE:
        stack.push(this.text(this.buffer.readUInt32LE(this.take(4))));
        return;
      case Op.BINUNICODE8:
        stack.push(this.text(this.length8()));
        return;
      case Op.FRAME:
        // Frames only tell a reader of streams how much to fetch.
        this.take(8);
        return;
      case Op.MEMOIZE:
        this.remember(this.memo.size);
        return;
      case Op.BINPUT:
        this.remember(this.byte());
        return;
      case Op.LONG_BINPUT:
        this.remember(this.buffer.readUInt32LE(this.take(4)));
        return;
      case Op.BINGET:
        stack.push(this.recall(this.byte()));
        return;
      case Op.LONG_BINGET:
        stack.push(this.recall(this.buffer.readUInt32LE(this.take(4))));
        return;
      case Op.GLOBAL:
        stack.push(this.global(`${this.line()} ${this.line()}`));
        return;
      case Op.STACK_GLOBAL:
        stack.push(this.global(this.pop(2).map(nameOf).join(' ')));
        return;
      case Op.TUPLE1:
        stack.push(this.tuple(this.pop(1)));
        return;
      case Op.TUPLE2:
        stack.push(this.tuple(this.pop(2)));
        return;
      case Op.TUPLE3:
        stack.push(this.tuple(this.pop(3)));
        return;
      case Op.TUPLE:
        stack.push(this.tuple(this.popToMark()));
        return;
      case Op.APPEND:
        this.append(this.pop(1));
        return;
      case Op.APPENDS:
        this.append(this.popToMark());
        return;
      case Op.SETITEM:
        this.setItems(this.pop(2));
        return;
      case Op.SETITEMS:
        this.setItems(this.popToMark());
        return;
      case Op.REDUCE:
        this.reduce();
        return;
      case Op.BUILD:
        this.build();
        return;
      default:
        throw this.unsafe(
          `opcode ${describeOpcode(opcode)} at offset ${this.opcodeOffset} is refused: CIFAR-10's files do not use it`,
        );
    }
  }

  /** Counts what a file asks for, and refuses more than a batch of its size needs. */
  private spend(what: Limited, count: number): void {
    this.used[what] += count;
    this.limit(what, this.used[what]);
  }

  private limit(what: Limited, count: number): void {
    const { base, perImage } = LIMITS[what];
    const most = base + perImage * Math.floor(this.buffer.length / IMAGE_SIZE);
    if (count > most) {
      throw this.unsafe(
        `it asks for more than ${most} ${what} at offset ${this.opcodeOffset}, which no batch of its size needs`,
      );
    }
  }

  private tuple(items: StackItem[]): PickledTuple {
    this.spend('tuples', 1);
    return new PickledTuple(items);
  }

  private remember(index: number): void {
    this.memo.set(index, this.top());
    this.limit('references', this.memo.size);
  }

  private byteString(length: number): Uint8Array {
    if (length < 0) {
      throw this.malformed(`a string of ${length} bytes at offset ${this.opcodeOffset}`);
    }
    this.spend('byte strings', 1);
    const start = this.take(length);
    return this.buffer.subarray(start, start + length);
  }

  private text(length: number): string | LongText {
    if (length > SHORT) {
      return new LongText(this.byteString(length));
    }
    this.spend('bytes of text', length);
    const start = this.take(length);
    return this.buffer.toString('utf8', start, start + length);
  }

  private length8(): number {
    return Number(this.buffer.readBigUInt64LE(this.take(8)));
  }

  /** A whole number of any length up to 8 bytes, two's complement. */
  private long(length: number): number {
    if (length > 8) {
      throw this.malformed(`a number of ${length} bytes at offset ${this.opcodeOffset}`);
    }
    const start = this.take(length);
    let value = 0n;
    for (let i = 0; i < length; i++) {
      value |= BigInt(this.buffer[start + i]!) << BigInt(8 * i);
    }
    return Number(BigInt.asIntN(8 * length, value));
  }

  /** GLOBAL and STACK_GLOBAL: module and name. */
  private global(name: string): Global {
    if (name.includes('\r')) {
      throw this.malformed(`its line ends were changed before offset ${this.position}, as by a transfer in text mode`);
    }
    if (!ALLOWED_GLOBALS.has(name)) {
      throw this.unsafe(
        `global ${JSON.stringify(name)} at offset ${this.opcodeOffset} is refused: CIFAR-10's files name only NumPy arrays`,
      );
    }
    this.spend('containers', 1);
    return new Global(name);
  }

  private append(items: StackItem[]): void {
    const list = this.top();
    if (!Array.isArray(list)) {
      throw this.malformed(`items without a list at offset ${this.opcodeOffset}`);
    }
    for (const item of items) {
      list.push(this.value(item));
    }
  }

  /** Keys and values in turn. */
  private setItems(items: StackItem[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) {
      throw this.malformed(`items without a dictionary at offset ${this.opcodeOffset}`);
    }
    for (let i = 0; i < items.length; i += 2) {
      const key = keyOf(items[i]!);
      if (key === undefined) {
        throw this.malformed(`a dictionary key that is no string at offset ${this.opcodeOffset}`);
      }
      dict.set(key, this.value(items[i + 1]!));
    }
  }

  /** REDUCE: the constructions of arrays, their types and scalars, and the byte strings of protocol 2 in Python 3. */
  private reduce(): void {
    const [callable, args] = this.pop(2);
    if (callable instanceof Global && args instanceof PickledTuple) {
      const made = this.construct(callable.name, args.items as StackItem[]);
      if (made !== undefined) {
        this.stack.push(made);
        return;
      }
    }
    throw this.unsafe(
      `the call at offset ${this.opcodeOffset} is refused: only NumPy arrays and their types are constructed`,
    );
  }

  private construct(name: string, args: StackItem[]): StackItem | undefined {
    const [first, second, third, fourth] = args;
    if (RECONSTRUCT.includes(name) && first instanceof Global && first.name === NDARRAY) {
      this.spend('containers', 1);
      return new UnbuiltArray();
    }
    if (name === DTYPE && first !== undefined && keyOf(first) !== undefined) {
      this.spend('containers', 1);
      return new DataType(keyOf(first)!.replace(/^[|<>=]/, ''));
    }
    if (SCALAR.includes(name) && first instanceof DataType && second instanceof Uint8Array) {
      return numbersOf(new PickledArray([1], typeName(first), this.arrayBytes(first, [1], second)))[0];
    }
    if (
      FROM_BUFFER.includes(name) &&
      first instanceof Uint8Array &&
      second instanceof DataType &&
      fourth !== undefined
    ) {
      const shape = third instanceof PickledTuple ? third.items : [];
      return this.array(second, shape, keyOf(fourth) !== 'C', first);
    }
    if (
      name === ENCODE &&
      (first instanceof LongText || typeof first === 'string') &&
      keyOf(second ?? '') === 'latin1'
    ) {
      return this.encode(first instanceof LongText ? first.utf8 : Buffer.from(first));
    }
    return BYTES.includes(name) && args.length === 0 ? Buffer.alloc(0) : undefined;
  }

  /** The byte string whose bytes are the characters of a text: how Python 3 writes one in protocol 2. */
  private encode(utf8: Uint8Array): Uint8Array {
    this.encoded += utf8.length;
    if (this.encoded > this.buffer.length) {
      throw this.unsafe(`it turns one text into bytes again and again, at offset ${this.opcodeOffset}`);
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
        throw this.malformed(`a text at offset ${this.opcodeOffset} whose characters are not bytes`);
      }
    }
    return bytes.subarray(0, length);
  }

  /** BUILD: the state of a type (its byte order) or of an array (version, shape, type, order, data). */
  private build(): void {
    const [state] = this.pop(1);
    const target = this.top();
    if (!(state instanceof PickledTuple)) {
      throw this.malformed(`BUILD without a tuple at offset ${this.opcodeOffset}`);
    }
    const items = state.items as StackItem[];
    if (target instanceof DataType) {
      const order = items[1] === undefined ? undefined : keyOf(items[1]);
      target.order = order === '>' || order === '<' ? order : '|';
      return;
    }
    if (!(target instanceof UnbuiltArray)) {
      throw this.unsafe(`BUILD at offset ${this.opcodeOffset} is refused: it may only fill a NumPy array`);
    }
    const [, shape, type, fortranOrder, data] = items;
    if (!(type instanceof DataType) || !(data instanceof Uint8Array)) {
      throw this.malformed(`an array at offset ${this.opcodeOffset} that is not of numbers`);
    }
    target.built = this.array(type, shape instanceof PickledTuple ? shape.items : [], fortranOrder !== false, data);
  }

  private array(type: DataType, shape: readonly unknown[], fortran: boolean, data: Uint8Array): PickledArray {
    const isSize = (n: unknown) => typeof n === 'number' && Number.isInteger(n) && n >= 0;
    if (shape.length === 0 || shape.length > MOST_DIMENSIONS || !shape.every(isSize)) {
      throw this.malformed(`an array without a shape at offset ${this.opcodeOffset}`);
    }
    // In one dimension both orders are the same.
    if (fortran && shape.length > 1) {
      throw this.malformed(
        `an array at offset ${this.opcodeOffset} that is not in C order; save numpy.ascontiguousarray of it`,
      );
    }
    this.spend('containers', 1);
    return new PickledArray(shape as number[], typeName(type), this.arrayBytes(type, shape as number[], data));
  }

  private arrayBytes(type: DataType, shape: readonly number[], data: Uint8Array): Uint8Array {
    if (!/^([iu][1248]|f[48]|b1)$/.test(type.code)) {
      throw this.malformed(
        `an array of the type ${JSON.stringify(type.code.slice(0, 20))} at offset ${this.opcodeOffset}, which is not one of numbers`,
      );
    }
    const size = shape.reduce((product, n) => product * n, Number(type.code[1]));
    if (data.length !== size) {
      throw this.malformed(
        `an array of shape (${shape.join(', ')}) at offset ${this.opcodeOffset} without its ${size} bytes`,
      );
    }
    return data;
  }

  /** A stack item as a value that may leave the unpickler. */
  private value(item: StackItem): PickleValue {
    if (item instanceof UnbuiltArray && item.built !== undefined) {
      return item.built;
    }
    if (item instanceof Global || item instanceof DataType || item instanceof UnbuiltArray || item === undefined) {
      throw this.malformed(`a value of an unexpected kind at offset ${this.opcodeOffset}`);
    }
    return item;
  }

  private top(): StackItem {
    const floor = this.marks.at(-1) ?? 0;
    if (this.stack.length <= floor) {
      throw this.malformed(`an empty stack at offset ${this.opcodeOffset}`);
    }
    return this.stack.at(-1)!;
  }

  private pop(count: number): StackItem[] {
    const floor = this.marks.at(-1) ?? 0;
    if (this.stack.length - count < floor) {
      throw this.malformed(`an empty stack at offset ${this.opcodeOffset}`);
    }
    return this.stack.splice(this.stack.length - count);
  }

  private popToMark(): StackItem[] {
    const mark = this.marks.pop();
    if (mark === undefined) {
      throw this.malformed(`a missing mark at offset ${this.opcodeOffset}`);
    }
    return this.stack.splice(mark);
  }

  private recall(index: number): StackItem {
    const item = this.memo.get(index);
    if (item === undefined) {
      throw this.malformed(`a reference to nothing at offset ${this.opcodeOffset}`);
    }
    return item;
  }

  private byte(): number {
    return this.buffer[this.take(1)]!;
  }

  /** Consumes `count` bytes and returns where they start. */
  private take(count: number): number {
    const start = this.position;
    if (start + count > this.buffer.length) {
      throw this.malformed(`it ends at byte ${this.buffer.length}, in the middle of a value`);
    }
    this.position = start + count;
    return start;
  }

  private line(): string {
    // No module or name is longer than this; a longer line is rubbish that need not be read.
    const length = this.buffer.subarray(this.position, this.position + 257).indexOf(0x0a);
    if (length < 0) {
      throw this.malformed(`an unfinished line at offset ${this.position}`);
    }
    const end = this.position + length;
    const text = this.buffer.toString('latin1', this.position, end);
    this.position = end + 1;
    return text;
  }

  private unsafe(what: string): Cifar10Error {
    return new Cifar10Error(
      'UNSAFE_PICKLE',
      `${this.file}: ${what}. Fetch the file again from a source you trust; ${OWN_BATCH}.`,
    );
  }

  private malformed(what: string): Cifar10Error {
    return new Cifar10Error(
      'MALFORMED',
      `${this.file}: not a readable CIFAR-10 pickle (${what}). Fetch the file again, or leave the data folder out to download the data.`,
    );
  }
}

function describeOpcode(opcode: number): string {
  const hex = `0x${opcode.toString(16).padStart(2, '0')}`;
  return opcode > 0x20 && opcode < 0x7f ? `'${String.fromCharCode(opcode)}' (${hex})` : hex;
}

/** NumPy allows no more. */
const MOST_DIMENSIONS = 64;

/** A name or key, which is a text, or a short byte string in which each byte is a character. */
function keyOf(item: StackItem): string | undefined {
  if (item instanceof Uint8Array) {
    return item.length <= SHORT ? Buffer.from(item).toString('latin1') : undefined;
  }
  return typeof item === 'string' ? item : undefined;
}

function nameOf(item: StackItem): string {
  return keyOf(item) ?? '?';
}

function typeName({ code, order }: DataType): string {
  return `${code.endsWith('1') ? '|' : order === '|' ? '<' : order}${code}`;
}

/** The values of an array as numbers; those beyond 2^53 are rounded. */
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
