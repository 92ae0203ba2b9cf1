/**
 * - `missing`: there is no such file.
 * - `exists`: a new run would overwrite the file.
 * - `corrupt`: a line is not what it should be, or lines are missing.
 * - `unreadable`, `unwritable`: the operating system does not let us.
 */
export type MetricsErrorCode = 'missing' | 'exists' | 'corrupt' | 'unreadable' | 'unwritable';

/** A metrics file that cannot be read or written; the message says what was found, which rule it breaks and the remedy. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';

  constructor(
    /** Kind of the error, to branch on. */
    readonly code: MetricsErrorCode,
    /** The metrics file. */
    readonly file: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
