import { availableParallelism } from 'node:os';
import { OrtUnavailableError, reasonOf } from './errors.js';
import { type CApi, loadCApi } from './native/c-api.js';
import { locateLibrary } from './native/locate-library.js';
import { OrtRuntime, selfTest } from './runtime.js';
import { ORT_VERSION } from './version.js';

/** Options of {@link ortRuntime}. */
export interface OrtRuntimeOptions {
  /** Threads that compute, the calling one included; default what the machine offers (`os.availableParallelism()`). */
  readonly threads?: number;
}

/** The state of ONNX Runtime in this thread of this process. */
interface State {
  api?: CApi;
  runtime?: OrtRuntime;
  failure?: OrtUnavailableError;
}

/** One state for the ESM and the CommonJS build of this package. */
const STATE = Symbol.for('@cifarlab/ort-runtime');

function state(): State {
  const holder = globalThis as { [STATE]?: State };
  holder[STATE] ??= {};
  return holder[STATE];
}

/**
 * ONNX Runtime, loaded and tested at the first call and shared by all callers of this thread from then on.
 *
 * @throws {OrtUnavailableError} when it cannot be used here, with the reason and the remedy; the same error at every
 *   later call, without another attempt.
 * @throws RangeError for a number of threads that is not a whole number from 1 to 1024, or that differs from that of the
 *   runtime in use.
 */
export function ortRuntime({ threads }: OrtRuntimeOptions = {}): OrtRuntime {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 1024)) {
    throw new RangeError(`threads is ${threads}; give a whole number from 1 to 1024.`);
  }
  const shared = state();
  if (shared.runtime !== undefined) {
    if (threads !== undefined && threads !== shared.runtime.threads) {
      throw new RangeError(
        `threads is ${threads}, and ONNX Runtime already runs with ${shared.runtime.threads} here; ask for them before the first use, or dispose of that runtime first.`,
      );
    }
    return shared.runtime;
  }
  if (shared.failure !== undefined) throw shared.failure;
  try {
    shared.runtime = start(shared, threads ?? availableParallelism());
    return shared.runtime;
  } catch (error) {
    shared.failure =
      error instanceof OrtUnavailableError
        ? error
        : new OrtUnavailableError('SELF_TEST_FAILED', `ONNX Runtime did not start: ${reasonOf(error)}`, {
            cause: error,
          });
    throw shared.failure;
  }
}

/** Whether ONNX Runtime can be used here, and the reason when it cannot. Loads it, as {@link ortRuntime} does. */
export function probeOrtRuntime(
  options: OrtRuntimeOptions = {},
):
  | { readonly available: true; readonly runtime: OrtRuntime }
  | { readonly available: false; readonly reason: string; readonly error: OrtUnavailableError } {
  try {
    return { available: true, runtime: ortRuntime(options) };
  } catch (error) {
    if (!(error instanceof OrtUnavailableError)) throw error;
    return { available: false, reason: error.message, error };
  }
}

function start(shared: State, threads: number): OrtRuntime {
  shared.api ??= loadCApi(locateLibrary());
  const atExit = () => runtime.dispose();
  const runtime = new OrtRuntime(shared.api, ORT_VERSION, threads, () => {
    process.off('exit', atExit);
    if (shared.runtime === runtime) shared.runtime = undefined;
  });
  process.once('exit', atExit);
  try {
    selfTest(runtime);
  } catch (error) {
    runtime.dispose();
    throw error;
  }
  return runtime;
}
