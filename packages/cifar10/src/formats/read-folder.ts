import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, systemCode } from '@cifarlab/internals/reasons';
import { Cifar10Error } from '../errors.js';
import { Assembly, type RawCifar10 } from './assembly.js';
import type { FormLayout } from './form.js';
import { requireOwnContent } from './own-content.js';
import type { ReadContext } from './read-context.js';
import { readRegular } from './regular-file.js';

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

/** Returns the reader of the file with the class names; undefined if there is none. */
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

function cannotRead(path: string, error: unknown): Cifar10Error {
  if (error instanceof Cifar10Error) return error;
  return new Cifar10Error(
    'NOT_FOUND',
    `${path}: cannot be read (${reasonOf(error)}). Make the file readable, or leave the data folder out to download the data.`,
    { cause: error },
  );
}
