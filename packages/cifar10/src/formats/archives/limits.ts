import { reasonOf } from '@cifarlab/internals/reasons';
import { Cifar10Error } from '../../errors.js';

/** Limits of an archive's unpacked size, beyond which it counts as a bomb. */
export interface ArchiveLimits {
  /** Bytes of the whole archive, unpacked. */
  readonly total: number;
  /** Bytes of one file. */
  readonly file: number;
  /** Files and folders, the headers that describe them included. */
  readonly entries: number;
}

/** Five times what the published archives hold, so that larger data of one's own fits too. */
export const ARCHIVE_LIMITS: ArchiveLimits = { total: 1024 ** 3, file: 256 * 1024 ** 2, entries: 10_000 };

/** Returns the error for an archive that asks for what data never needs. */
export function unsafe(where: string, what: string): Cifar10Error {
  return new Cifar10Error(
    'UNSAFE_ARCHIVE',
    `${where}: refused because ${what}. Fetch the archive again from a source you trust.`,
  );
}

/**
 * Returns the error for an archive that is cut short or is not an archive.
 *
 * @param kind `.zip`, `.tar` or `.tar.gz`.
 */
export function broken(where: string, kind: string, cause: unknown): Cifar10Error {
  return new Cifar10Error(
    'MALFORMED',
    `${where}: not a whole ${kind} archive (${reasonOf(cause)}). Fetch it again, or leave the data folder out to download the data.`,
    { cause },
  );
}
