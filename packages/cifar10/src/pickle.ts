import { Cifar10Error } from './errors.js';

/** A value that a pickle of numbers, strings, lists, dictionaries and byte arrays can hold. */
export type PickleValue = number | boolean | null | string | Uint8Array | PickleValue[] | PickleDict | PickledArray;

type PickleDict = Map<string, PickleValue>;

/** A NumPy array of unsigned bytes, in C order. */
export class PickledArray {
  constructor(
    readonly shape: readonly number[],
    readonly data: Uint8Array,
  ) {}
}

/** What stands on the unpickler's stack: values, and the few objects that only live while an array is built. */
type StackItem = PickleValue | Global | DataType | UnbuiltArray | Tuple | StackItem[];

/** One of the three globals that a pickled array names. They are labels here: nothing is imported or called. */
class Global {
  constructor(readonly name: string) {}
}

class Tuple {
  constructor(readonly items: StackItem[]) {}
}

class DataType {
  constructor(readonly code: string) {}
}

/** The array between its construction and its BUILD, which fills in `built`. */
class UnbuiltArray {
  built: PickledArray | undefined;
}

const RECONSTRUCT = 'numpy.core.multiarray _reconstruct';
const NDARRAY = 'numpy ndarray';
const DTYPE = 'numpy dtype';
const ALLOWED_GLOBALS: ReadonlySet<string> = new Set([RECONSTRUCT, NDARRAY, DTYPE]);

/** The opcodes of protocol 2 that batches of any size, written by Python 2, consist of; every other one is refused. */
const Op = {
  PROTO: 0x80,
  MARK: 0x28, // (
  STOP: 0x2e, // .
  BININT: 0x4a, // J
  BININT1: 0x4b, // K
  BININT2: 0x4d, // M
  NONE: 0x4e, // N
  REDUCE: 0x52, // R
  BINSTRING: 0x54, // T
  SHORT_BINSTRING: 0x55, // U
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
  NEWFALSE: 0x89,
} as const;

/**
 * Reads a pickle of protocol 2 as Python 2 wrote the published batches, and nothing more: dictionaries with string
 * keys, lists, strings, integers and NumPy arrays of bytes. Nothing in the file is ever imported, called or evaluated;
 * an opcode or a global beyond those that such data needs is refused by name.
 *
 * @param bytes the whole file.
 * @param file its name, for error messages.
 * @returns the value; arrays and strings over 255 bytes are views into `bytes`, not copies.
 * @throws {Cifar10Error} `UNSAFE_PICKLE` for a refused opcode or global, with its offset; `MALFORMED` when truncated.
 */
export function readPickle(bytes: Uint8Array, file: string): PickleValue {
  return new Unpickler(bytes, file).read();
}

class Unpickler {
  private readonly buffer: Buffer;
  private position = 0;
  private opcodeOffset = 0;
  private readonly stack: StackItem[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, StackItem>();

  constructor(
    bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): PickleValue {
    if (this.byte() !== Op.PROTO) {
      throw this.malformed('it does not start with the mark of a pickle of protocol 2');
    }
    const protocol = this.byte();
    if (protocol !== 2) {
      throw this.malformed(`its pickle protocol is ${protocol}, expected 2`);
    }
    for (;;) {
      this.opcodeOffset = this.position;
      const opcode = this.byte();
      if (opcode === Op.STOP) {
        return this.result();
      }
      this.step(opcode);
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
        return;
      case Op.EMPTY_DICT:
        stack.push(new Map<string, PickleValue>());
        return;
      case Op.EMPTY_LIST:
        stack.push([]);
        return;
      case Op.NONE:
        stack.push(null);
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
      case Op.SHORT_BINSTRING: {
        const length = this.byte();
        const start = this.take(length);
        stack.push(this.buffer.toString('latin1', start, start + length));
        return;
      }
      case Op.BINSTRING: {
        const length = this.buffer.readInt32LE(this.take(4));
        if (length < 0) {
          throw this.malformed(`a string of ${length} bytes at offset ${this.opcodeOffset}`);
        }
        const start = this.take(length);
        stack.push(this.buffer.subarray(start, start + length));
        return;
      }
      case Op.BINPUT:
        this.memo.set(this.byte(), this.top());
        return;
      case Op.LONG_BINPUT:
        this.memo.set(this.buffer.readUInt32LE(this.take(4)), this.top());
        return;
      case Op.BINGET:
        stack.push(this.recall(this.byte()));
        return;
      case Op.LONG_BINGET:
        stack.push(this.recall(this.buffer.readUInt32LE(this.take(4))));
        return;
      case Op.GLOBAL:
        stack.push(this.global());
        return;
      case Op.TUPLE1:
        stack.push(new Tuple(this.pop(1)));
        return;
      case Op.TUPLE2:
        stack.push(new Tuple(this.pop(2)));
        return;
      case Op.TUPLE3:
        stack.push(new Tuple(this.pop(3)));
        return;
      case Op.TUPLE:
        stack.push(new Tuple(this.popToMark()));
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
        throw new Cifar10Error(
          'UNSAFE_PICKLE',
          `${this.file}: opcode ${describeOpcode(opcode)} at offset ${this.opcodeOffset} is refused: CIFAR-10's files do not use it. Fetch the file again from a source you trust.`,
        );
    }
  }

  /** GLOBAL: module and name, a line each. */
  private global(): Global {
    const name = `${this.line()} ${this.line()}`;
    if (!ALLOWED_GLOBALS.has(name)) {
      throw new Cifar10Error(
        'UNSAFE_PICKLE',
        `${this.file}: global ${JSON.stringify(name)} at offset ${this.opcodeOffset} is refused: CIFAR-10's files name only NumPy arrays. Fetch the file again from a source you trust.`,
      );
    }
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
      const key = items[i];
      if (typeof key !== 'string') {
        throw this.malformed(`a dictionary key that is no string at offset ${this.opcodeOffset}`);
      }
      dict.set(key, this.value(items[i + 1]!));
    }
  }

  /** REDUCE: the two constructions of a pickled array, `_reconstruct(ndarray, (0,), 'b')` and `dtype('u1', 0, 1)`. */
  private reduce(): void {
    const [callable, args] = this.pop(2);
    if (callable instanceof Global && args instanceof Tuple) {
      const [first] = args.items;
      if (callable.name === RECONSTRUCT && first instanceof Global && first.name === NDARRAY) {
        this.stack.push(new UnbuiltArray());
        return;
      }
      if (callable.name === DTYPE && typeof first === 'string') {
        this.stack.push(new DataType(first));
        return;
      }
    }
    throw new Cifar10Error(
      'UNSAFE_PICKLE',
      `${this.file}: the call at offset ${this.opcodeOffset} is refused: only NumPy arrays and their types are constructed. Fetch the file again from a source you trust.`,
    );
  }

  /** BUILD: the state of a type (nothing that matters for bytes) or of an array (version, shape, type, order, data). */
  private build(): void {
    const [state] = this.pop(1);
    const target = this.top();
    if (!(state instanceof Tuple)) {
      throw this.malformed(`BUILD without a tuple at offset ${this.opcodeOffset}`);
    }
    if (target instanceof DataType) {
      return;
    }
    if (!(target instanceof UnbuiltArray)) {
      throw new Cifar10Error(
        'UNSAFE_PICKLE',
        `${this.file}: BUILD at offset ${this.opcodeOffset} is refused: it may only fill a NumPy array. Fetch the file again from a source you trust.`,
      );
    }
    const [, shape, type, fortranOrder, data] = state.items;
    const dimensions = shape instanceof Tuple ? shape.items : [];
    if (dimensions.length === 0 || !dimensions.every((n) => typeof n === 'number' && Number.isInteger(n) && n >= 0)) {
      throw this.malformed(`an array without a shape at offset ${this.opcodeOffset}`);
    }
    if (!(type instanceof DataType) || !['u1', '|u1'].includes(type.code) || fortranOrder !== false) {
      throw this.malformed(`an array at offset ${this.opcodeOffset} that is not of unsigned bytes in C order`);
    }
    const size = (dimensions as number[]).reduce((product, n) => product * n, 1);
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    if (!(bytes instanceof Uint8Array) || bytes.length !== size) {
      throw this.malformed(
        `an array of shape (${dimensions.join(', ')}) at offset ${this.opcodeOffset} without its ${size} bytes`,
      );
    }
    target.built = new PickledArray(dimensions as number[], bytes);
  }

  /** A stack item as a value that may leave the unpickler. */
  private value(item: StackItem): PickleValue {
    if (item instanceof UnbuiltArray && item.built !== undefined) {
      return item.built;
    }
    if (
      item instanceof Tuple ||
      item instanceof Global ||
      item instanceof DataType ||
      item instanceof UnbuiltArray ||
      item === undefined
    ) {
      throw this.malformed(`a value of an unexpected kind at offset ${this.opcodeOffset}`);
    }
    return item as PickleValue;
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
    const end = this.buffer.indexOf(0x0a, this.position);
    // No module or name is longer than this; a longer line is rubbish that need not be read.
    if (end < 0 || end - this.position > 256) {
      throw this.malformed(`an unfinished line at offset ${this.position}`);
    }
    const text = this.buffer.toString('latin1', this.position, end);
    this.position = end + 1;
    return text;
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
