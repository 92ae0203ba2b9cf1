/**
 * - `no-folder`: there is nothing to watch at a path.
 * - `address`: the server cannot listen where it was told to.
 * - `process`: the process that should serve the page has ended.
 */
export type WatchErrorCode = 'no-folder' | 'address' | 'process';

/** Error for runs that cannot be watched; the message names the value, the rule and the remedy. */
export class WatchError extends Error {
  override readonly name = 'WatchError';

  constructor(
    /** Code of the error, to branch on. */
    readonly code: WatchErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Recognises errors of the other build of this package too, ESM or CommonJS. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'WatchError';
  }
}
