/**
 * Kind of the error, for callers who branch on it.
 *
 * - `UNKNOWN_NAME`: there are no weights of that name.
 * - `NOT_FOUND`: the given file does not exist, or cannot be read.
 * - `DIGEST_MISMATCH`: what was found is not what the name stands for.
 * - `DOWNLOAD_FAILED`: an index did not deliver the file.
 * - `CACHE_UNWRITABLE`: the cache folder cannot be written, so that nothing was downloaded.
 * - `NO_SOURCE`: every source failed; `attempts` says why.
 * - `INVALID_OPTION`: an option is not what it must be.
 */
export type PretrainedErrorCode =
  | 'UNKNOWN_NAME'
  | 'NOT_FOUND'
  | 'DIGEST_MISMATCH'
  | 'DOWNLOAD_FAILED'
  | 'CACHE_UNWRITABLE'
  | 'NO_SOURCE'
  | 'INVALID_OPTION';

/** A source that was tried, and why it was not used. */
export interface PretrainedAttempt {
  /** The place searched, in words. */
  readonly source: string;
  /** Why it was not used. */
  readonly reason: string;
}

/** Every error this package throws on purpose: one line that names the value, the rule and the remedy. */
export class PretrainedError extends Error {
  override readonly name = 'PretrainedError';
  /** Kind of the error, to branch on. */
  readonly code: PretrainedErrorCode;
  /** The sources tried, when `code` is `NO_SOURCE`. */
  readonly attempts: readonly PretrainedAttempt[];

  constructor(
    code: PretrainedErrorCode,
    message: string,
    options: { cause?: unknown; attempts?: readonly PretrainedAttempt[] } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.attempts = options.attempts ?? [];
  }
}
