/**
 * Kind of the error, for callers who branch on it.
 *
 * - `NOT_FOUND`: the given path does not exist.
 * - `UNRECOGNISED`: the given path holds none of the forms of CIFAR-10.
 * - `INCOMPLETE`: one of the six batches is missing.
 * - `MALFORMED`: a file is truncated or is not what its name says.
 * - `DIGEST_MISMATCH`: the content differs from the published images and labels.
 * - `UNSAFE_PICKLE`, `UNSAFE_ARCHIVE`: a file asks for something that data never needs; nothing of it was run.
 * - `DOWNLOAD_FAILED`: a download broke off or delivered something else.
 * - `CACHE_UNWRITABLE`: the cache folder cannot be written, so that nothing was downloaded.
 * - `NO_SOURCE`: every source failed; `attempts` says why.
 * - `INVALID_OPTION`: an option is out of its range.
 * - `EMPTY_PATH`: an option or an environment variable that names a path is empty or blank.
 * - `INVALID_STATE`: a saved state does not belong to this data set.
 */
export type Cifar10ErrorCode =
  | 'NOT_FOUND'
  | 'UNRECOGNISED'
  | 'INCOMPLETE'
  | 'MALFORMED'
  | 'DIGEST_MISMATCH'
  | 'UNSAFE_PICKLE'
  | 'UNSAFE_ARCHIVE'
  | 'DOWNLOAD_FAILED'
  | 'CACHE_UNWRITABLE'
  | 'NO_SOURCE'
  | 'INVALID_OPTION'
  | 'EMPTY_PATH'
  | 'INVALID_STATE';

/** A source that was tried, and why it was not used. */
export interface SourceAttempt {
  /** The place searched, in words. */
  readonly source: string;
  /** Why it was not used. */
  readonly reason: string;
}

/** Every error this package throws on purpose: one line that names the value, the rule and the remedy. */
export class Cifar10Error extends Error {
  override readonly name = 'Cifar10Error';
  /** Kind of the error, to branch on. */
  readonly code: Cifar10ErrorCode;
  /** The sources tried, when `code` is `NO_SOURCE`. */
  readonly attempts: readonly SourceAttempt[];

  constructor(
    code: Cifar10ErrorCode,
    message: string,
    options: { cause?: unknown; attempts?: readonly SourceAttempt[] } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.attempts = options.attempts ?? [];
  }
}

/**
 * @param name what holds the path: an option or a variable.
 * @throws {Cifar10Error} `EMPTY_PATH` for an empty or blank path: most often a variable of a script that was not set.
 */
export function requirePath(path: string | undefined, name: string): void {
  if (path === undefined || path.trim() !== '') return;
  throw new Cifar10Error(
    'EMPTY_PATH',
    `${name} is ${JSON.stringify(path)}: expected a path. Leave it out, or name one.`,
  );
}
