/**
 * - `invalid`: a value that event files cannot hold.
 * - `damaged`: a file that is to be continued is not an event file.
 * - `unwritable`: the operating system does not let us read or write.
 */
export type EventFileErrorCode = 'invalid' | 'damaged' | 'unwritable';

/** Error for events that cannot be written; the message names the value or file, the rule and the remedy. */
export class EventFileError extends Error {
  override readonly name = 'EventFileError';

  constructor(
    /** Code of the error, to branch on. */
    readonly code: EventFileErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Makes the error of a value that event files cannot hold. */
export function invalid(message: string): EventFileError {
  return new EventFileError('invalid', message);
}
