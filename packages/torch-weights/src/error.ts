/**
 * Kind of the error, for callers who branch on it.
 *
 * - `NOT_FOUND`: there is no such file, or it cannot be read.
 * - `UNRECOGNISED`: the file is not of a kind that is read here.
 * - `MALFORMED`: the file is cut short or contradicts itself.
 * - `UNSAFE`: the file asks for something that weights never need; nothing of it was run.
 * - `UNSUPPORTED`: the file is whole, but holds things that are not read here, such as numbers in big-endian order.
 * - `NO_STATE`: the file holds no weights by name where they are expected.
 * - `TOO_LARGE`: the weights take more memory than allowed.
 * - `INVALID_OPTION`: an argument or an option is not what it must be.
 */
export type TorchWeightsErrorCode =
  | 'NOT_FOUND'
  | 'UNRECOGNISED'
  | 'MALFORMED'
  | 'UNSAFE'
  | 'UNSUPPORTED'
  | 'NO_STATE'
  | 'TOO_LARGE'
  | 'INVALID_OPTION';

/** Every error this package throws on purpose: one line that names the file, the rule and the remedy. */
export class TorchWeightsError extends Error {
  override readonly name = 'TorchWeightsError';
  /** Kind of the error, to branch on. */
  readonly code: TorchWeightsErrorCode;

  constructor(code: TorchWeightsErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
  }
}

/** Returns the error for a file that is cut short or contradicts itself. */
export function malformed(file: string, what: string, cause?: unknown): TorchWeightsError {
  const message = `${file}: not a whole file of PyTorch's (${what}). Fetch the file again, or save it again.`;
  return new TorchWeightsError('MALFORMED', message, cause === undefined ? {} : { cause });
}

/** Advice for files that hold more than weights. */
export const SAVE_THE_STATE = 'Save the weights alone: torch.save(model.state_dict(), file).';
