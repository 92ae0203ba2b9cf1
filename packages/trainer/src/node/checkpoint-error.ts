/**
 * - `missing`: there is no checkpoint in the folder.
 * - `unreadable`: the operating system does not let us read it.
 * - `corrupt`: a file is damaged, cut short or not what it should be.
 * - `newer-version`: written by a later version of the format.
 * - `unwritable`: it could not be written; the one that was there before is untouched.
 */
export type CheckpointErrorCode = 'missing' | 'unreadable' | 'corrupt' | 'newer-version' | 'unwritable';

/** A checkpoint that cannot be read or written; the message says what was found, which rule it breaks and the remedy. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';

  constructor(
    /** Kind of the error, to branch on. */
    readonly code: CheckpointErrorCode,
    /** The checkpoint's folder. */
    readonly folder: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
