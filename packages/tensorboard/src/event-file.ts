import { constants, copyFile, type FileHandle, mkdir, open, rename, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describeSystemError } from '@cifarlab/internals/system-errors';
import { type Comparison, EarlierEvents } from './earlier-events.js';
import { EventFileError } from './error.js';
import { contentCheck, decodeEvent, encodeVersion } from './event.js';
import { eventFileName, newestEventFile } from './event-file-name.js';
import { type SessionPart, sessionPart } from './hparams.js';
import { readRecords } from './read-records.js';
import { frameRecord } from './record.js';

/** A part of a file's session, and where the file has it. */
export interface StoredPart {
  readonly offset: number;
  readonly part: SessionPart;
}

/** An event file that is written: whole records, appended. */
export class EventFile {
  readonly #folder: string;
  readonly #earlier: EarlierEvents;
  #path: string;
  #handle: FileHandle;
  #size: number;
  /** Whether something follows the last whole record. */
  #hasTail: boolean;
  #parts: readonly StoredPart[];

  private constructor(folder: string, opened: OpenedFile) {
    this.#folder = folder;
    this.#path = opened.path;
    this.#handle = opened.handle;
    this.#size = opened.size;
    this.#hasTail = opened.hasTail;
    this.#earlier = opened.earlier;
    this.#parts = opened.parts;
  }

  /** Makes a new file, in a folder that is made if it is missing. */
  static async create(folder: string): Promise<EventFile> {
    return new EventFile(folder, await withReason(folder, () => createFile(folder)));
  }

  /**
   * Opens the newest file of a folder to be continued; or makes a new one. A half-written last record is cut off with the
   * first event that is appended.
   */
  static async continue(folder: string): Promise<EventFile> {
    const opened = await withReason(folder, async () => {
      const name = await newestEventFile(folder);
      return name === undefined ? createFile(folder) : continueFile(join(folder, name));
    });
    return new EventFile(folder, opened);
  }

  /** Its present path. */
  get path(): string {
    return this.#path;
  }

  /** The parts of its session that it holds. */
  get parts(): readonly SessionPart[] {
    return this.#parts.map(({ part }) => part);
  }

  /** Whether an earlier process has left events in it. */
  get isContinued(): boolean {
    return this.#parts.length > 0 || !this.#earlier.isEmpty;
  }

  /** Says what an event is beside those that an earlier process has left in the file. */
  compare(step: number, data: Uint8Array): Comparison {
    return this.#earlier.compare(step, contentCheck(data));
  }

  /** Appends records. @throws EventFileError, `unwritable`; the file is as it was then, if it can be. */
  async append(records: readonly Uint8Array[]): Promise<void> {
    const first = this.#size === 0 ? [frameRecord(encodeVersion(new Date()))] : [];
    const bytes = Buffer.concat([...first, ...records]);
    try {
      if (this.#hasTail) await this.#handle.truncate(this.#size);
      this.#hasTail = false;
      await this.#handle.appendFile(bytes);
      this.#size += bytes.length;
    } catch (error) {
      await this.#handle.truncate(this.#size).catch(() => {});
      throw failure(this.#path, error as Error);
    }
  }

  /**
   * Goes on without the records from `offset` on, in a file of another name: whoever has read the old one would take what
   * follows in it for the middle of a record.
   */
  async cutAt(offset: number): Promise<void> {
    const old = this.#path;
    await withReason(old, async () => {
      const next = join(this.#folder, await freeName(this.#folder));
      const copy = join(this.#folder, `.cut-${process.pid}.tmp`);
      await copyFile(old, copy);
      await truncate(copy, offset);
      await this.#handle.close();
      await rename(copy, next);
      this.#handle = await open(next, 'a');
      this.#path = next;
      await unlink(old);
    });
    this.#size = offset;
    this.#hasTail = false;
    this.#parts = this.#parts.filter((part) => part.offset < offset);
    this.#earlier.forgetRest();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

interface OpenedFile {
  path: string;
  handle: FileHandle;
  size: number;
  hasTail: boolean;
  earlier: EarlierEvents;
  parts: readonly StoredPart[];
}

async function createFile(folder: string): Promise<OpenedFile> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; ; number++) {
    const path = join(folder, eventFileName(new Date(), number));
    try {
      const handle = await open(path, 'ax');
      const first = frameRecord(encodeVersion(new Date()));
      await handle.appendFile(first);
      return { path, handle, size: first.length, hasTail: false, earlier: new EarlierEvents(), parts: [] };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Returns a name that no file has yet. */
async function freeName(folder: string): Promise<string> {
  for (let number = 0; ; number++) {
    const name = eventFileName(new Date(), number);
    const isFree = await open(join(folder, name), constants.O_RDONLY).then(
      async (handle) => handle.close().then(() => false),
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    );
    if (isFree) return name;
  }
}

async function continueFile(path: string): Promise<OpenedFile> {
  const handle = await open(path, 'r');
  try {
    const earlier = new EarlierEvents();
    const parts: StoredPart[] = [];
    let size = 0;
    for await (const { offset, end, data } of readRecords(handle)) {
      const { step, what } = decodeEvent(data);
      if (offset === 0 && what.case !== 'fileVersion') break;
      const part = what.case === 'summary' ? what.value.value.map(sessionPart).find(Boolean) : undefined;
      if (part !== undefined) parts.push({ offset, part });
      else if (what.case === 'summary') earlier.add(offset, Number(step), contentCheck(data));
      size = end;
    }
    const { size: bytes } = await handle.stat();
    // What does not begin as it should is something else, and is left alone.
    if (size === 0 && bytes > 0) throw notAnEventFile(path);
    return { path, handle: await open(path, 'a'), size, hasTail: bytes > size, earlier, parts };
  } finally {
    await handle.close();
  }
}

function notAnEventFile(path: string): EventFileError {
  return new EventFileError(
    'damaged',
    `${path} does not begin as an event file does: remove it, or give another folder`,
  );
}

async function withReason<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof EventFileError ? error : failure(path, error as Error);
  }
}

function failure(path: string, error: Error): EventFileError {
  const reason = describeSystemError(error) ?? error.message;
  return new EventFileError('unwritable', `${path} cannot be written: ${reason}`, { cause: error });
}
