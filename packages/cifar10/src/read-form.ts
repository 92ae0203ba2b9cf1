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
  return await assembly.finish(context.digests);
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
    throw new Cifar10Error(
      'NOT_FOUND',
      `${path}: cannot be read (${reasonOf(error)}). Make the file readable, or leave the data folder out to download the data.`,
      { cause: error },
    );
  }
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
  const wanted = (name: string): boolean => {
    layout ??= FORMS.find((candidate) => candidate.files.some((file) => name === `${candidate.folder}/${file}`));
    const file = layout && name.startsWith(`${layout.folder}/`) ? name.slice(layout.folder.length + 1) : '';
    if (!layout?.files.includes(file) || seen.has(file)) {
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
  return { raw: await assembly.finish(context.digests), form: layout.form };
}
