import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { systemCode } from '@cifarlab/internals/reasons';
import { readPictureFile } from '../pictures/picture-file.js';
import { RunError } from '../run/run-error.js';
import type { LabelledFile } from './picture-files.js';
import type { SkippedPicture } from './skipped-picture.js';

/** A picture's file with what is in it. */
export interface DigestedFile extends LabelledFile {
  /** SHA-256 of the file, in hex. */
  digest: string;
}

/** Files that were read, in their order, and those that could not be. */
export interface DigestedFiles {
  files: DigestedFile[];
  skipped: SkippedPicture[];
}

/** Errors of the system that are about one file alone. */
const OF_ONE_FILE = ['EACCES', 'EPERM', 'ENOENT', 'ELOOP', 'ENAMETOOLONG'];

/** Digests the files of pictures below a folder. @param onFile is called after each of them. */
export async function digestFiles(
  path: string,
  files: readonly LabelledFile[],
  onFile: () => void,
): Promise<DigestedFiles> {
  const digested: DigestedFile[] = [];
  const skipped: SkippedPicture[] = [];
  for (const each of files) {
    try {
      digested.push({ ...each, digest: sha256(await readPictureFile(join(path, each.file))) });
    } catch (error) {
      skipped.push({ file: each.file, cause: 'content', reason: reasonToSkip(error) });
    }
    onFile();
  }
  return { files: digested, skipped };
}

/** Digests what is in a file. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Says why a picture cannot be read. @throws the error itself, where it is not about this picture alone. */
export function reasonToSkip(error: unknown): string {
  if (error instanceof RunError && error.code === 'not-a-picture') return error.rule;
  const code = systemCode(error);
  if (code !== undefined && OF_ONE_FILE.includes(code)) return `cannot be opened (${code})`;
  throw error;
}

/** Leaves out of the training pictures those that are test pictures too, byte for byte. */
export function withoutDuplicates(train: readonly DigestedFile[], test: readonly DigestedFile[]): DigestedFiles {
  const tested = new Map(test.map(({ digest, file }) => [digest, file]));
  const files = train.filter(({ digest }) => !tested.has(digest));
  const duplicates = train.filter(({ digest }) => tested.has(digest));
  const skipped = duplicates.map(({ file, digest }): SkippedPicture => {
    return { file, cause: 'duplicate', reason: `is the same picture as ${tested.get(digest)}, which is for testing` };
  });
  return { files, skipped };
}
