import { Cifar10Error } from '../../errors.js';
import { readArchiveFile } from '../../formats/archives/read-archive.js';
import { readFolder } from '../../formats/read-folder.js';
import { readRecordsFile } from '../../formats/records-file.js';
import type { NothingThere, Source, SourceContext, SourceImages } from '../source.js';
import { unreadable } from './given-errors.js';
import { recognise } from './recognise.js';
import type { Recognised } from './recognised.js';

/**
 * Returns the source of the folder or file that somebody named; damaged or other data there is an error, never skipped.
 */
export function givenSource(path: string, allowsUnverified: boolean): Source {
  return {
    origin: 'given',
    place: path,
    trying: `Looking in ${path}`,
    isRemote: false,
    onFailure: 'refuse',
    allowsUnverified,
    read: (context) => read(path, context),
  };
}

async function read(path: string, context: SourceContext): Promise<SourceImages | NothingThere> {
  const found = await recognise(path);
  if (found === undefined) return { nothing: 'an empty folder' };
  try {
    return { ...(await readRecognised(found, context)), from: found.path };
  } catch (error) {
    context.signal?.throwIfAborted();
    throw error instanceof Cifar10Error ? error : unreadable(found.path, error);
  }
}

async function readRecognised(found: Recognised, context: SourceContext): Promise<Omit<SourceImages, 'from'>> {
  switch (found.kind) {
    case 'folder':
      return { raw: await readFolder(found.path, found.layout, context), form: found.layout.form };
    case 'archive':
      return readArchiveFile(found.path, context);
    case 'records':
      return { raw: await readRecordsFile(found.path, context), form: 'records' };
  }
}
