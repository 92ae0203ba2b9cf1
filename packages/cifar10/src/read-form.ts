import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTarGz } from './archive.js';
import { Assembly, type RawCifar10 } from './assembly.js';
import { Cifar10Error, reasonOf, systemCode } from './errors.js';
import type { BatchDigests } from './format.js';
import { type FileForm, FORMS, type FormLayout } from './forms.js';

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
      throw new Cifar10Error(
        'INCOMPLETE',
        `${folder}: ${layout.files[index]} is missing; the ${layout.form} form needs ${layout.files.join(', ')}. Put the files there, or leave the data folder out to download the data.`,
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

/**
 * Reads an archive of any form; its first file that belongs to one says which.
 *
 * @param source the compressed bytes; read to their end.
 * @throws {Cifar10Error} `UNRECOGNISED` when it holds no form, `INCOMPLETE` when files are missing, and whatever
 *   {@link readTarGz} and the form throw.
 */
export async function readArchive(
  source: AsyncIterable<Uint8Array>,
  where: string,
  context: ReadContext,
): Promise<{ raw: RawCifar10; form: FileForm }> {
  const assembly = new Assembly();
  const seen = new Set<string>();
  let layout: FormLayout | undefined;
  let reader: ReturnType<FormLayout['reader']> | undefined;
  let done = 0;
  let classNames: (() => readonly string[]) | undefined;
  const wanted = (name: string): boolean => {
    layout ??= FORMS.find((candidate) => fileOf(name, candidate) !== undefined);
    const file = layout && fileOf(name, layout);
    if (file === undefined || seen.has(file)) {
      return false;
    }
    seen.add(file);
    return true;
  };
  await readTarGz(
    source,
    where,
    wanted,
    async (name, bytes) => {
      const file = name.slice(layout!.folder.length + 1);
      const names = layout!.classNames;
      if (file === names?.file) {
        classNames = () => names.read(bytes, `${where}: ${name}`);
        return;
      }
      reader ??= layout!.reader(assembly);
      await reader.accept(file, bytes, `${where}: ${name}`);
      context.onFile?.(file, ++done, layout!.files.length);
    },
    context.signal === undefined ? {} : { signal: context.signal },
  );
  if (layout === undefined) {
    throw new Cifar10Error(
      'UNRECOGNISED',
      `${where}: an archive without CIFAR-10; looked for ${FORMS.map((form) => `${form.folder}/${form.files[0]}`).join(', ')}. Give one of the published archives, or leave the data folder out to download the data.`,
    );
  }
  const missing = layout.files.filter((file) => !seen.has(file));
  if (missing.length > 0) {
    throw new Cifar10Error(
      'INCOMPLETE',
      `${where}: ${missing.join(', ')} missing. Fetch the archive again, or leave the data folder out to download the data.`,
    );
  }
  return { raw: await assembly.finish(context.digests, classNames), form: layout.form };
}

/** The name of a form's file, of that with the class names too, from its name in an archive; undefined for others. */
function fileOf(name: string, { folder, files, classNames }: FormLayout): string | undefined {
  if (!name.startsWith(`${folder}/`)) return undefined;
  const file = name.slice(folder.length + 1);
  return files.includes(file) || file === classNames?.file ? file : undefined;
}
