import type { FileHandle } from 'node:fs/promises';
import { encodingOf } from './decode-json-text.js';
import { nodeFileSystem } from './file-system.js';
import { MetricsError } from './metrics-error.js';
import type { MetricsLine } from './metrics-line.js';
import { CHUNK, MetricsParser, unreadable } from './read-metrics.js';
import { requireFile } from './require-file.js';

/** Who hears of a metrics file that is followed. */
export interface FollowMetricsOptions {
  /** Is given each line, once. */
  onLine: (line: MetricsLine) => void;
  /** Is called when the file is another one than before, or was cut back: its lines come again, from the first one. */
  onRestart: () => void;
}

/** Bytes before the place of reading that must be there again for the file to be the same. */
const REMEMBERED = 256;

/** The state between two looks at a file. */
interface Place {
  parser: MetricsParser;
  decoder: InstanceType<typeof TextDecoder> | undefined;
  /** Bytes that have been read. */
  position: number;
  /** The last of them. */
  before: Uint8Array;
  /** Identity of the file, which tells it from another one in its place. */
  identity: string;
  /** The fault that stopped the reading of this file for good. */
  fault: MetricsError | undefined;
}

/**
 * Follows a metrics file as another process writes it, and reads only what is new. A run that is resumed replaces its
 * file by one that may end earlier; a half-written line is left until its end is there. Neither the file nor its lines
 * are ever in memory as a whole.
 */
export class MetricsFollower {
  readonly #file: string;
  readonly #onLine: (line: MetricsLine) => void;
  readonly #onRestart: () => void;
  #place: Place | undefined;

  /** @param file need not be there yet. */
  constructor(file: string, { onLine, onRestart }: FollowMetricsOptions) {
    this.#file = file;
    this.#onLine = onLine;
    this.#onRestart = onRestart;
  }

  /**
   * Reads what has been written since the last call. Await it before the next one.
   *
   * @returns whether the file is there.
   * @throws MetricsError `unreadable`, or `corrupt` naming the line, again at each call until the file is another one.
   */
  async read(): Promise<boolean> {
    let handle: FileHandle | undefined;
    try {
      await requireFile(this.#file);
      handle = await nodeFileSystem.open(this.#file);
      await this.#readFrom(handle);
      return true;
    } catch (error) {
      if (error instanceof MetricsError) throw error;
      const failure = unreadable(this.#file, error);
      if (failure.code === 'missing') return this.#isGone();
      throw failure;
    } finally {
      await handle?.close();
    }
  }

  #isGone(): false {
    if (this.#place !== undefined) this.#onRestart();
    this.#place = undefined;
    return false;
  }

  async #readFrom(handle: FileHandle): Promise<void> {
    const { dev, ino, size } = await handle.stat({ bigint: true });
    const identity = `${dev}:${ino}`;
    if (this.#place !== undefined && !(await isSame(this.#place, handle, identity, Number(size)))) {
      this.#onRestart();
      this.#place = undefined;
    }
    this.#place ??= this.#start(identity);
    const place = this.#place;
    if (place.fault !== undefined) throw place.fault;
    const buffer = new Uint8Array(CHUNK);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, place.position);
      if (bytesRead === 0) return;
      this.#take(place, buffer.subarray(0, bytesRead));
    }
  }

  #start(identity: string): Place {
    const parser = new MetricsParser(this.#file, this.#onLine);
    return { parser, decoder: undefined, position: 0, before: new Uint8Array(), identity, fault: undefined };
  }

  #take(place: Place, bytes: Uint8Array): void {
    place.position += bytes.length;
    place.before = Buffer.concat([place.before, bytes.slice(-REMEMBERED)]).subarray(-REMEMBERED);
    place.decoder ??= new TextDecoder(encodingOf(bytes));
    try {
      place.parser.push(place.decoder.decode(bytes, { stream: true }));
    } catch (error) {
      if (error instanceof MetricsError) place.fault = error;
      throw error;
    }
  }
}

/** Whether a file goes on from where it was read to. */
async function isSame(place: Place, handle: FileHandle, identity: string, size: number): Promise<boolean> {
  const { position, before } = place;
  if (identity !== place.identity || size < position) return false;
  const there = new Uint8Array(before.length);
  const { bytesRead } = await handle.read(there, 0, there.length, position - before.length);
  return bytesRead === before.length && Buffer.compare(there, before) === 0;
}
