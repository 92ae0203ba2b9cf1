import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTar } from './archive.js';
import { ArchivedForms, type FormPlace, isSamePlace } from './archived-forms.js';
import { Assembly, type RawCifar10 } from './assembly.js';
import { Cifar10Error, reasonOf, systemCode } from './errors.js';
import { type BatchDigests, RECORD_SIZE } from './format.js';
import { type FileForm, FORMS, type FormLayout } from './forms.js';
import { archiveKind, foreignArchives, foreignBytes, foreignNames, HEAD_SIZE } from './kinds.js';
import { readZip } from './zip.js';

export interface ReadContext {
  /** The digests that batches are compared with. */
  readonly digests: BatchDigests;
  readonly signal?: AbortSignal | undefined;
  /** Called after each file that was decoded. */
  readonly onFile?: ((name: string, done: number, total: number) => void) | undefined;
}

/**
 * Reads the files of one form from a folder.
 *
 * @throws {Cifar10Error} `INCOMPLETE` naming the missing files; `MALFORMED`, `UNSAFE_PICKLE` for bad ones.
 */
export async function readFolder(folder: string, layout: FormLayout, context: ReadContext): Promise<RawCifar10> {
  const assembly = new Assembly();
  const reader = layout.reader(assembly);
  let next = readWhole(folder, layout, 0);
  for (let i = 0; i < layout.files.length; i++) {
    const bytes = await next;
    context.signal?.throwIfAborted();
    // The next file is read from disk while this one is decoded.
    next = i + 1 < layout.files.length ? readWhole(folder, layout, i + 1) : Promise.resolve(bytes);
    next.catch(() => undefined);
    const from = join(folder, layout.files[i]!);
    requireOwnContent(bytes, from, layout);
    await reader.accept(layout.files[i]!, bytes, from);
    context.onFile?.(layout.files[i]!, i + 1, layout.files.length);
  }
  return await assembly.finish(context.digests, await classNamesIn(folder, layout));
}

/** The reader of the file with the class names; undefined where there is none. */
async function classNamesIn(folder: string, layout: FormLayout): Promise<(() => readonly string[]) | undefined> {
  const { classNames } = layout;
  if (classNames === undefined) return undefined;
  const path = join(folder, classNames.file);
  try {
    const bytes = await readRegular(path);
    return () => {
      requireOwnContent(bytes, path, layout);
      return classNames.read(bytes, path);
    };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw cannotRead(path, error);
  }
}

async function readWhole(folder: string, layout: FormLayout, index: number): Promise<Uint8Array> {
  const path = join(folder, layout.files[index]!);
  try {
    return await readRegular(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      const there = await readdir(folder).catch((): string[] => []);
      const missing = layout.files.filter((file) => !there.includes(file));
      throw new Cifar10Error(
        'INCOMPLETE',
        `${folder}: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing; the ${layout.form} form needs ${layout.files.join(', ')}. Put the files there, or leave the data folder out to download the data.`,
        { cause: error },
      );
    }
    throw cannotRead(path, error);
  }
}

/** The most bytes that Node reads at once. */
const LARGEST_FILE = 2 ** 31 - 1;

/** Reads a file that has an end: a FIFO may never have one, nor a device. */
async function readRegular(path: string): Promise<Uint8Array> {
  const size = await sizeOf(path);
  if (size <= LARGEST_FILE) return readFile(path);
  throw new Cifar10Error(
    'MALFORMED',
    `${path}: holds ${size} bytes, more than the ${LARGEST_FILE} that can be read at once. Fetch the file again, or give batches of fewer images.`,
  );
}

/**
 * Names what a file is instead of one of a form's, where its first bytes tell that; records may begin with any bytes.
 *
 * @throws {Cifar10Error} `MALFORMED`.
 */
function requireOwnContent(bytes: Uint8Array, where: string, { form }: FormLayout): void {
  if (form === 'sheets' || (bytes.length > 0 && bytes.length % RECORD_SIZE === 0)) return;
  const head = bytes.subarray(0, HEAD_SIZE);
  const foreign = archiveKind(head) === undefined ? foreignBytes(head) : PACKED;
  if (foreign !== undefined) throw new Cifar10Error('MALFORMED', `${where}: ${foreign}.`);
}

const PACKED = 'an archive or a compressed file in place of the file. Unpack it';

/** @throws {Cifar10Error} `NOT_FOUND` for what is not a file; errors of the system pass through. */
async function sizeOf(path: string): Promise<number> {
  const entry = await stat(path);
  if (entry.isFile()) return entry.size;
  const what = entry.isDirectory() ? 'a folder' : entry.isFIFO() ? 'a FIFO' : 'a device or a socket';
  throw new Cifar10Error('NOT_FOUND', `${path}: is ${what}, where a file is expected. Put the file itself there.`);
}

function cannotRead(path: string, error: unknown): Cifar10Error {
  if (error instanceof Cifar10Error) return error;
  return new Cifar10Error(
    'NOT_FOUND',
    `${path}: cannot be read (${reasonOf(error)}). Make the file readable, or leave the data folder out to download the data.`,
    { cause: error },
  );
}

/** What came out of an archive. */
export interface ArchivedCifar10 {
  readonly raw: RawCifar10;
  readonly form: FileForm;
}

/**
 * Reads a `.tar.gz` or `.tar` of any form, from a stream; its first file that belongs to a form says which, and in which
 * folder.
 *
 * @param source the archive's bytes; read to their end.
 * @throws {Cifar10Error} `UNRECOGNISED` when it holds no form, `INCOMPLETE` when files are missing, and whatever
 *   {@link readTar} and the form throw.
 */
export async function readArchive(
  source: AsyncIterable<Uint8Array>,
  where: string,
  context: ReadContext,
): Promise<ArchivedCifar10> {
  return (await gather(source, where, context)).finish();
}

/**
 * Reads an archive file of any form: `.tar.gz`, `.tar` or `.zip`, whatever its name. Of several folders with CIFAR-10 the
 * first that is complete counts.
 *
 * @throws {Cifar10Error} as {@link readArchive} and {@link readZip}.
 */
export async function readArchiveFile(path: string, context: ReadContext): Promise<ArchivedCifar10> {
  const { head } = await headOf(path);
  if (archiveKind(head) === 'zip') return readZipFile(path, context);
  const open = () => createReadStream(path, { highWaterMark: 1024 ** 2 });
  const first = await gather(open(), path, context);
  const better = first.betterPlace();
  return (better === undefined ? first : await gather(open(), path, context, better)).finish();
}

async function gather(
  source: AsyncIterable<Uint8Array>,
  where: string,
  context: ReadContext,
  place?: FormPlace,
): Promise<Gathering> {
  const gathering = new Gathering(where, context, place);
  await readTar(
    source,
    where,
    (name) => gathering.wants(name),
    (name, bytes) => gathering.accept(name, bytes),
    context.signal === undefined ? {} : { signal: context.signal },
  ).catch((error: unknown) => {
    throw explained(error, where, gathering.forms);
  });
  return gathering;
}

async function readZipFile(path: string, context: ReadContext): Promise<ArchivedCifar10> {
  const names = new ArchivedForms();
  let gathering = new Gathering(path, context);
  await readZip(
    path,
    (all) => {
      for (const name of all) names.note(name);
      gathering = new Gathering(path, context, names.best());
      return (name) => gathering.wants(name);
    },
    (name, bytes) => gathering.accept(name, bytes),
    { signal: context.signal },
  ).catch((error: unknown) => {
    throw explained(error, path, names);
  });
  return gathering.finish();
}

/** The first bytes of a file, and its size. */
export async function headOf(path: string): Promise<{ head: Uint8Array; size: number }> {
  const size = await sizeOf(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_SIZE), 0, HEAD_SIZE, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

/** One form's files out of an archive. */
class Gathering {
  readonly forms = new ArchivedForms();
  private readonly assembly = new Assembly();
  private reader: ReturnType<FormLayout['reader']> | undefined;
  private classNames: (() => readonly string[]) | undefined;
  private done = 0;

  constructor(
    private readonly where: string,
    private readonly context: ReadContext,
    private place?: FormPlace,
  ) {}

  wants(name: string): boolean {
    const found = this.forms.note(name);
    if (found === undefined) return false;
    this.place ??= found.place;
    return isSamePlace(found.place, this.place) && !found.isRepeated;
  }

  async accept(name: string, bytes: Uint8Array): Promise<void> {
    const { layout } = this.place!;
    const file = name.slice(name.search(/[^\\/]*$/));
    const from = `${this.where}: ${name}`;
    requireOwnContent(bytes, from, layout);
    if (file === layout.classNames?.file) {
      this.classNames = () => layout.classNames!.read(bytes, from);
      return;
    }
    this.reader ??= layout.reader(this.assembly);
    await this.reader.accept(file, bytes, from);
    this.context.onFile?.(file, ++this.done, layout.files.length);
  }

  /** A folder that is complete, where the one that was read is not. */
  betterPlace(): FormPlace | undefined {
    if (this.place === undefined || this.forms.missing(this.place).length === 0) return undefined;
    const best = this.forms.best()!;
    return this.forms.missing(best).length === 0 ? best : undefined;
  }

  async finish(): Promise<ArchivedCifar10> {
    if (this.place === undefined) throw unrecognised(this.where, this.forms.others);
    const missing = this.forms.missing(this.place);
    if (missing.length > 0) {
      throw new Cifar10Error(
        'INCOMPLETE',
        `${this.where}: ${missing.join(', ')} missing. Fetch the archive again, or leave the data folder out to download the data.`,
      );
    }
    const raw = await this.assembly.finish(this.context.digests, this.classNames);
    return { raw, form: this.place.layout.form };
  }
}

/** The error to report for what archived names tell: many thousand pictures are not a bomb. */
function explained(error: unknown, where: string, forms: ArchivedForms): unknown {
  const isRefused = error instanceof Cifar10Error && error.code === 'UNSAFE_ARCHIVE';
  const isForeign = forms.best() === undefined && foreignNames(forms.others) !== undefined;
  return isRefused && isForeign ? unrecognised(where, forms.others) : error;
}

function unrecognised(where: string, others: readonly string[]): Cifar10Error {
  const foreign = foreignNames(others) ?? foreignArchives(others);
  return new Cifar10Error(
    'UNRECOGNISED',
    `${where}: an archive without CIFAR-10; looked for ${FORMS.map((form) => `${form.folder}/${form.files[0]}`).join(', ')}. ${foreign === undefined ? 'Give one of the published archives, or leave the data folder out to download the data' : `It holds ${foreign}`}.`,
  );
}
