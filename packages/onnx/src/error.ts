/**
 * Code of an error, for callers who branch on it.
 *
 * - `UNSUPPORTED`: a model has a layer, or an option of one, that is not written here.
 * - `INVALID`: an argument is not what it must be, or a graph does not fit together.
 * - `TOO_LARGE`: the model has more bytes than an ONNX file can hold.
 */
export type OnnxErrorCode = 'UNSUPPORTED' | 'INVALID' | 'TOO_LARGE';

/** Error for a model that cannot be written: the message names the value, the rule and the remedy. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';

  constructor(
    /** Code of the error, to branch on. */
    readonly code: OnnxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
