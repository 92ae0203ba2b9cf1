import type { FileHandle } from 'node:fs/promises';
import { dataLength, FOOTER_BYTES, HEADER_BYTES, isIntact } from './record.js';

/** A record as it lies in its file. */
export interface StoredRecord {
  /** Place of its first byte in the file. */
  readonly offset: number;
  /** Place after its last byte. */
  readonly end: number;
  readonly data: Uint8Array;
}

/** Bytes that are read at once. */
const CHUNK = 1 << 20;
/** Bytes of a record's data at most: protobuf allows no message of 2 GiB, and no event comes near that. */
const MOST_DATA = 1n << 28n;

/**
 * Reads the records of a file, from its start to its end or to the first one that is damaged or cut off, as a process that
 * was killed while writing leaves it.
 */
export async function* readRecords(file: FileHandle): AsyncGenerator<StoredRecord> {
  const { size } = await file.stat();
  const bytes = new BufferedReader(file);
  for (let offset = 0; offset + HEADER_BYTES + FOOTER_BYTES <= size; ) {
    const header = await bytes.read(offset, HEADER_BYTES);
    const length = header && dataLength(header);
    // No more is read than the file holds, whatever length a damaged record claims.
    if (length === undefined || length > MOST_DATA || length > BigInt(size - offset - HEADER_BYTES - FOOTER_BYTES))
      return;
    const end = offset + HEADER_BYTES + Number(length) + FOOTER_BYTES;
    const rest = await bytes.read(offset + HEADER_BYTES, end - offset - HEADER_BYTES);
    if (rest === undefined) return;
    const data = rest.subarray(0, Number(length));
    if (!isIntact(data, rest.subarray(Number(length)))) return;
    yield { offset, end, data };
    offset = end;
  }
}

/** Reads a file in large pieces, forwards. */
class BufferedReader {
  readonly #file: FileHandle;
  #start = 0;
  #bytes = new Uint8Array(0);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @returns undefined where the file ends before. */
  async read(offset: number, length: number): Promise<Uint8Array | undefined> {
    if (offset + length > this.#start + this.#bytes.length) await this.#fill(offset, Math.max(length, CHUNK));
    const from = offset - this.#start;
    return from + length <= this.#bytes.length ? this.#bytes.subarray(from, from + length) : undefined;
  }

  async #fill(offset: number, length: number): Promise<void> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    for (;;) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, offset + filled);
      filled += bytesRead;
      if (bytesRead === 0 || filled === length) break;
    }
    this.#start = offset;
    this.#bytes = bytes.subarray(0, filled);
  }
}
