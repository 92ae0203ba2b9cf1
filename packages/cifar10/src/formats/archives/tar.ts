import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { systemCode } from '@cifarlab/internals/reasons';
import type { Parser, ReadEntry } from 'tar';
import { Cifar10Error } from '../../errors.js';
import { foreignBytes } from '../foreign.js';
import { archiveKind, HEAD_SIZE } from './archive-kind.js';
import { ARCHIVE_LIMITS, type ArchiveLimits, broken, unsafe } from './limits.js';

const GUNZIP_CHUNK = 256 * 1024;

/**
 * Reads files out of a `.tar.gz` or `.tar` stream, into memory, one at a time. Nothing is written to disk. Names that are
 * absolute or climb out with `..`, links, devices and whatever exceeds the limits make the whole archive refused.
 *
 * @param source the archive's bytes; read to its end.
 * @param where the archive's name, for error messages.
 * @param wanted says whether a file is needed; the others are skipped unread.
 * @param onFile gets every wanted file; the archive waits for it.
 * @throws {Cifar10Error} `UNSAFE_ARCHIVE` or `MALFORMED`; errors of `source` and `onFile` pass through.
 */
export async function readTar(
  source: AsyncIterable<Uint8Array>,
  where: string,
  wanted: (name: string) => boolean,
  onFile: (name: string, bytes: Uint8Array) => Promise<void>,
  { limits = ARCHIVE_LIMITS, signal }: { limits?: ArchiveLimits; signal?: AbortSignal } = {},
): Promise<void> {
  // Those whose data are in the cache need not wait for it.
  const tar = await import('tar');
  const entries = new TarEntries(tar, where, wanted, limits);
  // A pipeline may report the abort that follows an error instead of the error itself.
  let first: { error: unknown } | undefined;
  const noting = async function* <T>(steps: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    try {
      yield* steps;
    } catch (error) {
      first ??= { error };
      throw error;
    }
  };
  const consume = async (files: readonly ArchivedFile[]) => {
    for (const { name, bytes } of files) {
      await onFile(name, bytes);
    }
  };
  const unpack = async (chunks: AsyncIterable<Uint8Array>) => {
    try {
      const { head, whole } = await peek(chunks);
      if (head.every((byte) => byte === 0)) throw broken(where, kindOf(where), new Error('there are no files in it'));
      const foreign = foreignInside(head);
      if (foreign !== undefined) {
        throw new Cifar10Error('MALFORMED', `${where}: not a whole .tar.gz archive: what is compressed is ${foreign}.`);
      }
      for await (const chunk of whole) {
        await consume(entries.write(chunk));
      }
      await consume(entries.end());
    } catch (error) {
      first ??= { error };
      throw error;
    }
  };
  try {
    const { head, whole } = await peek(source);
    const isTar = archiveKind(head) === 'tar';
    const steps = Readable.from(noting(whole), { objectMode: false });
    const abort = signal === undefined ? {} : { signal };
    if (isTar) await pipeline(steps, unpack, abort);
    else await pipeline(steps, createGunzip({ chunkSize: GUNZIP_CHUNK }), unpack, abort);
  } catch (error) {
    signal?.throwIfAborted();
    const cause = first === undefined ? error : first.error;
    throw isZlibError(cause) ? broken(where, kindOf(where), cause) : cause;
  }
}

/** Looks at the beginning, where a tar has a header, and gives the whole again. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const rest = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_SIZE) {
    const { value, done } = await rest.next();
    if (done) break;
    seen.push(value);
    size += value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* seen;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { head: Buffer.concat(seen).subarray(0, HEAD_SIZE), whole: whole() };
}

/** Names the kind of file that is compressed in place of a `.tar`; undefined if it cannot be told. */
function foreignInside(head: Uint8Array): string | undefined {
  const kind = archiveKind(head);
  if (kind === undefined) return foreignBytes(head);
  if (kind === 'tar') return undefined;
  return `an archive that is compressed once more (${kind}). Unpack it, and give the folder`;
}

function isZlibError(error: unknown): boolean {
  return systemCode(error)?.startsWith('Z_') === true;
}

interface ArchivedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Tar parsing with every entry judged by its header before any of its bytes are kept. */
class TarEntries {
  readonly #where: string;
  readonly #wanted: (name: string) => boolean;
  readonly #limits: ArchiveLimits;
  readonly #parser: Parser;
  readonly #finished: ArchivedFile[] = [];
  #failure: unknown;
  #unpacked = 0;
  #count = 0;

  constructor(tar: typeof import('tar'), where: string, wanted: (name: string) => boolean, limits: ArchiveLimits) {
    this.#where = where;
    this.#wanted = wanted;
    this.#limits = limits;

    // Naming neither brotli nor zstd keeps the parser from unpacking a second layer.
    this.#parser = new tar.Parser({ strict: true, brotli: false, zstd: false, maxMetaEntrySize: 64 * 1024 });
    this.#parser.on('entry', (entry: ReadEntry) => this.#take(entry));
    this.#parser.on('meta', () => this.#countOne());
    this.#parser.on('error', (error: unknown) => this.#fail(broken(this.#where, kindOf(this.#where), error)));
  }

  write(chunk: Uint8Array): ArchivedFile[] {
    this.#unpacked += chunk.length;
    if (this.#unpacked > this.#limits.total) {
      throw unsafe(this.#where, `it unpacks to more than ${this.#limits.total} bytes`);
    }
    this.#parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    return this.#drain();
  }

  end(): ArchivedFile[] {
    this.#parser.end();
    return this.#drain();
  }

  #drain(): ArchivedFile[] {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#finished.splice(0);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  #countOne(): void {
    this.#count += 1;
    if (this.#count > this.#limits.entries)
      this.#fail(unsafe(this.#where, `it holds more than ${this.#limits.entries} entries`));
  }

  #take(entry: ReadEntry): void {
    this.#countOne();
    const problem = this.#problemOf(entry);
    if (problem !== undefined) this.#fail(unsafe(this.#where, problem));
    const name = entry.path.replace(/^\.\//, '');
    if (this.#failure !== undefined || entry.type === 'Directory' || !this.#wanted(name)) {
      entry.resume();
      return;
    }
    const bytes = new Uint8Array(entry.size);
    let done = 0;
    entry.on('data', (chunk: Buffer) => {
      bytes.set(chunk, done);
      done += chunk.length;
    });
    entry.on('end', () => {
      if (this.#failure === undefined) this.#finished.push({ name, bytes });
    });
  }

  #problemOf(entry: ReadEntry): string | undefined {
    const shown = JSON.stringify(entry.path);
    if (/^[/\\]|^[a-zA-Z]:|(^|[/\\])\.\.([/\\]|$)/.test(entry.path)) {
      return `the name ${shown} points outside the archive`;
    }
    if (!['File', 'OldFile', 'ContiguousFile', 'Directory'].includes(entry.type)) {
      return `${shown} is of the kind ${entry.type}, and only files and folders are allowed`;
    }
    if (entry.size > this.#limits.file) return `${shown} holds ${entry.size} bytes, more than ${this.#limits.file}`;
    return undefined;
  }
}

/** Returns the kind of archive that a name promises. */
function kindOf(where: string): string {
  return /\.tar$/i.test(where) ? '.tar' : '.tar.gz';
}
