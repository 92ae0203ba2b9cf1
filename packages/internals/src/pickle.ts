import { describeOpcode, Op } from './pickle-opcodes.js';

/** A tuple; its items may be anything that stands on the stack. */
export class PickledTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** A module and a name in it, as `module name`. It is a label: nothing is imported or called. */
export class PickledGlobal {
  constructor(readonly name: string) {}
}

/** A text of more bytes than names have, left as its UTF-8. */
export class LongText {
  constructor(readonly utf8: Uint8Array) {}
}

/** Things that a pickle can ask for again and again. */
export type PickleLimit =
  | 'opcodes'
  | 'values'
  | 'references'
  | 'containers'
  | 'tuples'
  | 'open marks'
  | 'byte strings'
  | 'bytes of text';

/** Rules for the pickles of one kind of file. */
export interface PickleRules {
  /** The most of each thing. */
  readonly limits: Readonly<Record<PickleLimit, number>>;
  /** Bytes of the longest text that becomes a string; a longer one becomes a {@link LongText}. */
  readonly longestText: number;
  /** Bytes of the longest whole number. */
  readonly longestNumber: number;
  /** The globals that may be named, each as `module name`. */
  readonly globals: ReadonlySet<string>;
  /** Ends of the messages about what is refused: why that is, or what to do. */
  readonly because: Readonly<Record<'start' | 'opcode' | 'global' | 'call' | 'limit', string>>;
}

/** The most bytes of a byte string that stands for a name. */
const LONGEST_NAME = 255;

/**
 * Reads pickles of protocols 2 to 5 that hold numbers, texts, byte strings, lists, tuples and dictionaries, and whatever
 * a subclass builds of the globals that its rules allow. Nothing in the file is ever imported, called or evaluated: an
 * opcode or a global beyond those is refused by name. Time and memory are bounded by the limits.
 */
export abstract class Unpickler {
  readonly #rules: PickleRules;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #position: number;
  #opcodeOffset: number;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #used: Record<PickleLimit, number> = {
    opcodes: 0,
    values: 0,
    references: 0,
    containers: 0,
    tuples: 0,
    'open marks': 0,
    'byte strings': 0,
    'bytes of text': 0,
  };

  /**
   * @param bytes the whole file; byte strings are views into it.
   * @param start where the pickle begins.
   */
  constructor(bytes: Uint8Array, rules: PickleRules, start = 0) {
    this.#rules = rules;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = start;
    this.#opcodeOffset = start;
  }

  /** Reads the pickle to its end. */
  read(): unknown {
    if (this.#byte() !== Op.PROTO) {
      throw this.malformed(
        `it does not start with the mark of a pickle of protocols 2 to 5; ${this.#rules.because.start}`,
      );
    }
    const protocol = this.#byte();
    if (protocol < 2 || protocol > 5) throw this.malformed(`its pickle protocol is ${protocol}, expected 2 to 5`);
    for (;;) {
      this.#opcodeOffset = this.#position;
      const opcode = this.#byte();
      if (opcode === Op.STOP) return this.#result();
      this.spend('opcodes', 1);
      this.#step(opcode);
      this.#limit('values', this.#stack.length);
    }
  }

  /** Position of the next byte; after {@link read}, the end of the pickle. */
  get position(): number {
    return this.#position;
  }

  /** Offset of the present opcode. */
  protected get offset(): number {
    return this.#opcodeOffset;
  }

  /** Bytes of the whole file. */
  protected get size(): number {
    return this.#bytes.length;
  }

  /** Returns the error for what the rules refuse. */
  protected abstract unsafe(what: string): Error;

  /** Returns the error for what is not a pickle of this kind of file. */
  protected abstract malformed(what: string): Error;

  /** Returns an item of the stack as a value of the file. */
  protected abstract value(item: unknown): unknown;

  /** Returns an item of the stack as the key of a dictionary; undefined if it cannot be one. */
  protected abstract key(item: unknown): string | undefined;

  /** Returns what a call of a global stands for; undefined to refuse it. */
  protected abstract construct(name: string, args: readonly unknown[]): unknown;

  /** Gives an object its state. */
  protected abstract build(target: unknown, state: unknown): void;

  /** Returns what an identifier of something outside the pickle stands for; undefined if a file has none. */
  protected persistent(_id: unknown): unknown {
    return undefined;
  }

  /** Counts what a file asks for, and refuses more than the rules allow. */
  protected spend(what: PickleLimit, count: number): void {
    this.#used[what] += count;
    this.#limit(what, this.#used[what]);
  }

  #limit(what: PickleLimit, count: number): void {
    const most = this.#rules.limits[what];
    if (count > most) {
      throw this.unsafe(
        `it asks for more than ${most} ${what} at offset ${this.#opcodeOffset}, ${this.#rules.because.limit}`,
      );
    }
  }

  #result(): unknown {
    if (this.#stack.length !== 1 || this.#marks.length !== 0) {
      throw this.malformed(`it ends with ${this.#stack.length} values on the stack, expected 1`);
    }
    return this.value(this.#stack[0]);
  }

  #step(opcode: number): void {
    const stack = this.#stack;
    switch (opcode) {
      case Op.MARK:
        this.#marks.push(stack.length);
        this.#limit('open marks', this.#marks.length);
        return;
      case Op.EMPTY_TUPLE:
        stack.push(this.#tuple([]));
        return;
      case Op.EMPTY_DICT:
        this.spend('containers', 1);
        stack.push(new Map<string, unknown>());
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
        stack.push(this.#byte());
        return;
      case Op.BININT2:
        stack.push(this.#view.getUint16(this.#take(2), true));
        return;
      case Op.BININT:
        stack.push(this.#view.getInt32(this.#take(4), true));
        return;
      case Op.BINFLOAT:
        stack.push(this.#view.getFloat64(this.#take(8), false));
        return;
      case Op.LONG1:
        stack.push(this.#long(this.#byte()));
        return;
      case Op.SHORT_BINSTRING:
      case Op.SHORT_BINBYTES:
        stack.push(this.#byteString(this.#byte()));
        return;
      case Op.BINSTRING:
        stack.push(this.#byteString(this.#view.getInt32(this.#take(4), true)));
        return;
      case Op.BINBYTES:
        stack.push(this.#byteString(this.#view.getUint32(this.#take(4), true)));
        return;
      case Op.BINBYTES8:
      case Op.BYTEARRAY8:
        stack.push(this.#byteString(this.#length8()));
        return;
      case Op.SHORT_BINUNICODE:
        stack.push(this.#text(this.#byte()));
        return;
      case Op.BINUNICODE:
        stack.push(this.#text(this.#view.getUint32(this.#take(4), true)));
        return;
      case Op.BINUNICODE8:
        stack.push(this.#text(this.#length8()));
        return;
      case Op.FRAME:
        // Frames only tell a reader of streams how much to fetch.
        this.#take(8);
        return;
      case Op.MEMOIZE:
        this.#remember(this.#memo.size);
        return;
      case Op.BINPUT:
        this.#remember(this.#byte());
        return;
      case Op.LONG_BINPUT:
        this.#remember(this.#view.getUint32(this.#take(4), true));
        return;
      case Op.BINGET:
        stack.push(this.#recall(this.#byte()));
        return;
      case Op.LONG_BINGET:
        stack.push(this.#recall(this.#view.getUint32(this.#take(4), true)));
        return;
      case Op.GLOBAL:
        stack.push(this.#global(`${this.#line()} ${this.#line()}`));
        return;
      case Op.STACK_GLOBAL:
        stack.push(
          this.#global(
            this.#pop(2)
              .map((item) => nameOf(item) ?? '?')
              .join(' '),
          ),
        );
        return;
      case Op.TUPLE1:
        stack.push(this.#tuple(this.#pop(1)));
        return;
      case Op.TUPLE2:
        stack.push(this.#tuple(this.#pop(2)));
        return;
      case Op.TUPLE3:
        stack.push(this.#tuple(this.#pop(3)));
        return;
      case Op.TUPLE:
        stack.push(this.#tuple(this.#popToMark()));
        return;
      case Op.APPEND:
        this.#append(this.#pop(1));
        return;
      case Op.APPENDS:
        this.#append(this.#popToMark());
        return;
      case Op.SETITEM:
        this.#setItems(this.#pop(2));
        return;
      case Op.SETITEMS:
        this.#setItems(this.#popToMark());
        return;
      case Op.REDUCE:
        this.#reduce();
        return;
      case Op.BUILD: {
        const [state] = this.#pop(1);
        this.build(this.#top(), state);
        return;
      }
      case Op.BINPERSID: {
        const outside = this.persistent(this.#pop(1)[0]);
        if (outside === undefined) throw this.#refusedOpcode(opcode);
        stack.push(outside);
        return;
      }
      default:
        throw this.#refusedOpcode(opcode);
    }
  }

  #refusedOpcode(opcode: number): Error {
    return this.unsafe(
      `opcode ${describeOpcode(opcode)} at offset ${this.#opcodeOffset} is refused: ${this.#rules.because.opcode}`,
    );
  }

  #tuple(items: readonly unknown[]): PickledTuple {
    this.spend('tuples', 1);
    return new PickledTuple(items);
  }

  #remember(index: number): void {
    this.#memo.set(index, this.#top());
    this.#limit('references', this.#memo.size);
  }

  #recall(index: number): unknown {
    const item = this.#memo.get(index);
    if (item === undefined) throw this.malformed(`a reference to nothing at offset ${this.#opcodeOffset}`);
    return item;
  }

  #byteString(length: number): Uint8Array {
    if (length < 0) throw this.malformed(`a string of ${length} bytes at offset ${this.#opcodeOffset}`);
    this.spend('byte strings', 1);
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #text(length: number): string | LongText {
    if (length > this.#rules.longestText) return new LongText(this.#byteString(length));
    this.spend('bytes of text', length);
    const start = this.#take(length);
    return this.#decoder.decode(this.#bytes.subarray(start, start + length));
  }

  #length8(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  /** Returns a whole number, two's complement; a bigint where a number would not be exact. */
  #long(length: number): number | bigint {
    if (length > this.#rules.longestNumber) {
      throw this.malformed(`a number of ${length} bytes at offset ${this.#opcodeOffset}`);
    }
    const start = this.#take(length);
    let bits = 0n;
    for (let i = 0; i < length; i++) {
      bits |= BigInt(this.#bytes[start + i]!) << BigInt(8 * i);
    }
    const exact = BigInt.asIntN(8 * length, bits);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }

  /** GLOBAL and STACK_GLOBAL: module and name. */
  #global(name: string): PickledGlobal {
    if (name.includes('\r')) {
      throw this.malformed(`its line ends were changed before offset ${this.#position}, as by a transfer in text mode`);
    }
    if (!this.#rules.globals.has(name)) {
      throw this.unsafe(
        `global ${JSON.stringify(name)} at offset ${this.#opcodeOffset} is refused: ${this.#rules.because.global}`,
      );
    }
    this.spend('containers', 1);
    return new PickledGlobal(name);
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.malformed(`items without a list at offset ${this.#opcodeOffset}`);
    for (const item of items) {
      list.push(this.value(item));
    }
  }

  /** Keys and values in turn. */
  #setItems(items: readonly unknown[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) {
      throw this.malformed(`items without a dictionary at offset ${this.#opcodeOffset}`);
    }
    for (let i = 0; i < items.length; i += 2) {
      const key = this.key(items[i]);
      if (key === undefined) {
        throw this.malformed(`a dictionary key that is not a string at offset ${this.#opcodeOffset}`);
      }
      dict.set(key, this.value(items[i + 1]));
    }
  }

  #reduce(): void {
    const [callable, args] = this.#pop(2);
    if (callable instanceof PickledGlobal && args instanceof PickledTuple) {
      const made = this.construct(callable.name, args.items);
      if (made !== undefined) {
        this.#stack.push(made);
        return;
      }
    }
    throw this.unsafe(`the call at offset ${this.#opcodeOffset} is refused: ${this.#rules.because.call}`);
  }

  #top(): unknown {
    const floor = this.#marks.at(-1) ?? 0;
    if (this.#stack.length <= floor) throw this.malformed(`an empty stack at offset ${this.#opcodeOffset}`);
    return this.#stack.at(-1);
  }

  #pop(count: number): unknown[] {
    const floor = this.#marks.at(-1) ?? 0;
    if (this.#stack.length - count < floor) throw this.malformed(`an empty stack at offset ${this.#opcodeOffset}`);
    return this.#stack.splice(this.#stack.length - count);
  }

  #popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.malformed(`a missing mark at offset ${this.#opcodeOffset}`);
    return this.#stack.splice(mark);
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** Consumes `count` bytes and returns where they start. */
  #take(count: number): number {
    const start = this.#position;
    if (start + count > this.#bytes.length) {
      throw this.malformed(`it ends at byte ${this.#bytes.length}, in the middle of a value`);
    }
    this.#position = start + count;
    return start;
  }

  #line(): string {
    // No module or name is longer than this; a longer line is rubbish that need not be read.
    const length = this.#bytes.subarray(this.#position, this.#position + 257).indexOf(0x0a);
    if (length < 0) throw this.malformed(`an unfinished line at offset ${this.#position}`);
    const start = this.#take(length + 1);
    return latin1(this.#bytes.subarray(start, start + length));
  }
}

/**
 * Returns a name or key, which is a text, or a short byte string in which each byte is a character; undefined for all
 * else.
 */
export function nameOf(item: unknown): string | undefined {
  if (item instanceof Uint8Array) return item.length <= LONGEST_NAME ? latin1(item) : undefined;
  return typeof item === 'string' ? item : undefined;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
