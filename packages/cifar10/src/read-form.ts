import { createReadStream } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTar } from './archive.js';
import { ArchivedForms, type FormPlace, isSamePlace } from './archived-forms.js';
import { Assembly, type RawCifar10 } from './assembly.js';
import { Cifar10Error, reasonOf, systemCode } from './errors.js';
import type { BatchDigests } from './format.js';
import { type FileForm, FORMS, type FormLayout } from './forms.js';
import { archiveKind, foreignNames, HEAD_SIZE } from './kinds.js';
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
    await reader.accept(layout.files[i]!, bytes, join(folder, layout.files[i]!));
    context.onFile?.(layout.files[i]!, i + 1, layout.files.length);
  }
  return await assembly.finish(context.digests, await classNamesIn(folder, layout));
}

/** The reader of the file with the class names; undefined where there is none. */
async function classNamesIn(
  folder: string,
  { classNames }: FormLayout,
): Promise<(() => readonly string[]) | undefined> {
  if (classNames === undefined) return undefined;
  const path = join(folder, classNames.file);
  try {
    const bytes = await readFile(path);
    return () => classNames.read(bytes, path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw cannotRead(path, error);
  }
}

async function readWhole(folder: string, layout: FormLayout, index: number): Promise<Uint8Array> {
  const path = join(folder, layout.files[index]!);
  try {
    return await readFile(path);
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

function cannotRead(path: string, error: unknown): Cifar10Error {
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
  );
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
  );
  return gathering.finish();
}

/** The first bytes of a file, and its size. */
export async function headOf(path: string): Promise<{ head: Uint8Array; size: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_SIZE), 0, HEAD_SIZE, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

/** One form's files out of an archive. */
class Gathering {
  private readonly forms = new ArchivedForms();
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
    const file = name.slice(name.lastIndexOf('/') + 1);
    const from = `${this.where}: ${name}`;
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
    if (this.place === undefined) throw this.unrecognised();
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

  private unrecognised(): Cifar10Error {
    const foreign = foreignNames(this.forms.others);
    return new Cifar10Error(
      'UNRECOGNISED',
      `${this.where}: an archive without CIFAR-10; looked for ${FORMS.map((form) => `${form.folder}/${form.files[0]}`).join(', ')}. ${foreign === undefined ? 'Give one of the published archives, or leave the data folder out to download the data' : `It holds ${foreign}`}.`,
    );
  }
}
