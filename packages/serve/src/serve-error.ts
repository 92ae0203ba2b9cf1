/**
 * Code of an error, for callers who branch on it.
 *
 * - `address`: the server cannot listen at the address.
 * - `limit`: a limit is not a number that makes sense.
 * - `network`: the network does not give a logit for each class, or none that is a number.
 */
export type ServeErrorCode = 'address' | 'limit' | 'network';

/** Error for a network that cannot be served: the message names the value, the rule and the remedy. */
export class ServeError extends Error {
  override readonly name = 'ServeError';
  /** Code of the error, to branch on. */
  readonly code: ServeErrorCode;

  /** Recognises errors of the other build of this package too, ESM or CommonJS. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ServeError';
  }

  constructor(code: ServeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
