/**
 * Why ONNX Runtime is not available here.
 *
 * - `DISABLED`: the environment variable `CIFARLAB_ORT` is `off`.
 * - `UNSUPPORTED_PLATFORM`: there is no library for this operating system, processor or C library.
 * - `NOT_INSTALLED`: the package with this platform's library is missing.
 * - `LOAD_FAILED`: the library is there and could not be loaded.
 * - `VERSION_MISMATCH`: the library is another version of ONNX Runtime.
 * - `SELF_TEST_FAILED`: the library is loaded and computed something wrong.
 */
export type OrtUnavailableCode =
  | 'DISABLED'
  | 'UNSUPPORTED_PLATFORM'
  | 'NOT_INSTALLED'
  | 'LOAD_FAILED'
  | 'VERSION_MISMATCH'
  | 'SELF_TEST_FAILED';

/** ONNX Runtime cannot be used in this process; the message says why and what to do. */
export class OrtUnavailableError extends Error {
  override readonly name = 'OrtUnavailableError';
  /** Why ONNX Runtime cannot be used, to branch on. */
  readonly code: OrtUnavailableCode;

  /** Also those of the other build of this package: the ESM and the CommonJS build share one runtime, and its errors. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasName(value, 'OrtUnavailableError');
  }

  constructor(code: OrtUnavailableCode, message: string, options?: { cause?: unknown }) {
    super(`[ort-runtime] ${message}`, options);
    this.code = code;
  }
}

/** Names of ONNX Runtime's error codes, in the order of `OrtErrorCode` (onnxruntime_c_api.h). */
const ORT_ERROR_CODES = [
  'OK',
  'FAIL',
  'INVALID_ARGUMENT',
  'NO_SUCHFILE',
  'NO_MODEL',
  'ENGINE_ERROR',
  'RUNTIME_EXCEPTION',
  'INVALID_PROTOBUF',
  'MODEL_LOADED',
  'NOT_IMPLEMENTED',
  'INVALID_GRAPH',
  'EP_FAIL',
  'MODEL_LOAD_CANCELED',
  'MODEL_REQUIRES_COMPILATION',
  'NOT_FOUND',
] as const;

/**
 * ONNX Runtime's own code, or `UNKNOWN` for one that this package has no name for.
 *
 * @useDeclaredType
 */
export type OrtErrorCode = (typeof ORT_ERROR_CODES)[number] | 'UNKNOWN';

/** A call of ONNX Runtime failed; the message is ONNX Runtime's. */
export class OrtError extends Error {
  override readonly name = 'OrtError';
  /** The name of ONNX Runtime's error code. */
  readonly code: OrtErrorCode;

  /** Also those of the other build of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasName(value, 'OrtError');
  }

  constructor(status: number, message: string) {
    super(message);
    this.code = ORT_ERROR_CODES[status] ?? 'UNKNOWN';
  }
}

/** By its name alone: in Jest, `Error` is of another realm than the errors of a build that was loaded outside. */
function hasName(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && (value as Partial<Error>).name === name;
}

/** The message of anything that was thrown, on one line. */
export function reasonOf(error: unknown): string {
  // Not `instanceof Error`: in Jest, Node's errors are of another realm.
  const message = (error as Partial<Error> | null)?.message ?? String(error);
  return message.replace(/\s+/g, ' ').trim();
}
