import { Op } from '@cifarlab/internals/pickle-opcodes';

/** Writes a pickle of protocol 2, opcode by opcode. */
export class PickleWriter {
  readonly #parts: Uint8Array[] = [Uint8Array.of(Op.PROTO, 2)];
  readonly #encoder = new TextEncoder();

  /** An opcode without an argument. */
  op(...opcodes: (typeof Op)[keyof typeof Op][]): this {
    this.#parts.push(Uint8Array.from(opcodes));
    return this;
  }

  /** A class or a function of a module of Python's. */
  global(module: string, name: string): this {
    this.op(Op.GLOBAL);
    this.#parts.push(this.#encoder.encode(`${module}\n${name}\n`));
    return this;
  }

  text(value: string): this {
    const utf8 = this.#encoder.encode(value);
    this.#parts.push(this.#withUint32(Op.BINUNICODE, utf8.length), utf8);
    return this;
  }

  /** A whole number of 0 to 2^53 - 1. */
  integer(value: number): this {
    if (value < 2 ** 31) this.#parts.push(this.#withUint32(Op.BININT, value));
    else {
      const long = new Uint8Array(10);
      long.set([Op.LONG1, 8]);
      new DataView(long.buffer).setBigInt64(2, BigInt(value), true);
      this.#parts.push(long);
    }
    return this;
  }

  /** A tuple of whole numbers. */
  integers(values: readonly number[]): this {
    this.op(Op.MARK);
    for (const value of values) this.integer(value);
    return this.op(Op.TUPLE);
  }

  /** Ends the pickle, and returns it. */
  finish(): Uint8Array {
    this.op(Op.STOP);
    const bytes = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #withUint32(opcode: number, value: number): Uint8Array {
    const bytes = new Uint8Array(5);
    bytes[0] = opcode;
    new DataView(bytes.buffer).setUint32(1, value, true);
    return bytes;
  }
}
