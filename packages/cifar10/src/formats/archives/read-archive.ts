import { createReadStream } from 'node:fs';
import { Cifar10Error } from '../../errors.js';
import { foreignNames } from '../foreign.js';
import { headOf } from '../head.js';
import type { ReadContext } from '../read-context.js';
import { archiveKind } from './archive-kind.js';
import { ArchivedForms, type FormPlace } from './archived-forms.js';
import { type ArchivedCifar10, Gathering } from './gathering.js';
import { readTar } from './tar.js';
import { unrecognised } from './unrecognised.js';
import { readZip } from './zip.js';

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
 * Reads an archive file of any form: `.tar.gz`, `.tar` or `.zip`, regardless of its name. Of several folders with
 * CIFAR-10 the first that is complete counts.
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

/** Returns the error to report for what archived names tell: many thousand pictures are not a bomb. */
function explained(error: unknown, where: string, forms: ArchivedForms): unknown {
  const isRefused = error instanceof Cifar10Error && error.code === 'UNSAFE_ARCHIVE';
  const isForeign = forms.best() === undefined && foreignNames(forms.others) !== undefined;
  return isRefused && isForeign ? unrecognised(where, forms.others) : error;
}
