import { OrtError, OrtUnavailableError, reasonOf } from '../errors.js';
import { ORT_VERSION } from '../version.js';
import { addressOf } from './address.js';
import type { Koffi } from './koffi.js';
import { pinLibrary } from './pin-library.js';
import { requireHere } from './require-here.js';

/** The version of `OrtApi` asked for: the lowest that has every function below. Later libraries answer it unchanged. */
const API_VERSION = 18;

/**
 * The functions used, with their places in `struct OrtApi` (onnxruntime_c_api.h, whose order is fixed and only grows)
 * and their parameters. Pointers are plain numbers; a status of 0 means success.
 */
const FUNCTIONS = {
  getErrorCode: { slot: 1, result: 'int', parameters: ['uintptr_t'] },
  getErrorMessage: { slot: 2, result: 'str', parameters: ['uintptr_t'] },
  disableTelemetryEvents: { slot: 6, result: 'uintptr_t', parameters: ['uintptr_t'] },
  createSessionFromArray: {
    slot: 8,
    result: 'uintptr_t',
    parameters: ['uintptr_t', 'uintptr_t', 'size_t', 'uintptr_t', 'uintptr_t'],
  },
  run: {
    slot: 9,
    result: 'uintptr_t',
    parameters: ['uintptr_t', 'uintptr_t', 'uintptr_t', 'uintptr_t', 'size_t', 'uintptr_t', 'size_t', 'uintptr_t'],
  },
  createSessionOptions: { slot: 10, result: 'uintptr_t', parameters: ['uintptr_t'] },
  disableMemPattern: { slot: 17, result: 'uintptr_t', parameters: ['uintptr_t'] },
  setSessionLogSeverityLevel: { slot: 22, result: 'uintptr_t', parameters: ['uintptr_t', 'int'] },
  setIntraOpNumThreads: { slot: 24, result: 'uintptr_t', parameters: ['uintptr_t', 'int'] },
  setInterOpNumThreads: { slot: 25, result: 'uintptr_t', parameters: ['uintptr_t', 'int'] },
  createTensorWithData: {
    slot: 49,
    result: 'uintptr_t',
    parameters: ['uintptr_t', 'uintptr_t', 'size_t', 'uintptr_t', 'size_t', 'int', 'uintptr_t'],
  },
  createCpuMemoryInfo: { slot: 69, result: 'uintptr_t', parameters: ['int', 'int', 'uintptr_t'] },
  releaseEnv: { slot: 92, result: 'void', parameters: ['uintptr_t'] },
  releaseStatus: { slot: 93, result: 'void', parameters: ['uintptr_t'] },
  releaseMemoryInfo: { slot: 94, result: 'void', parameters: ['uintptr_t'] },
  releaseSession: { slot: 95, result: 'void', parameters: ['uintptr_t'] },
  releaseValue: { slot: 96, result: 'void', parameters: ['uintptr_t'] },
  releaseSessionOptions: { slot: 100, result: 'void', parameters: ['uintptr_t'] },
  createEnvWithGlobalThreadPools: {
    slot: 119,
    result: 'uintptr_t',
    parameters: ['int', 'str', 'uintptr_t', 'uintptr_t'],
  },
  disablePerSessionThreads: { slot: 120, result: 'uintptr_t', parameters: ['uintptr_t'] },
  createThreadingOptions: { slot: 121, result: 'uintptr_t', parameters: ['uintptr_t'] },
  releaseThreadingOptions: { slot: 122, result: 'void', parameters: ['uintptr_t'] },
  addSessionConfigEntry: { slot: 130, result: 'uintptr_t', parameters: ['uintptr_t', 'str', 'str'] },
  createAndRegisterAllocator: { slot: 144, result: 'uintptr_t', parameters: ['uintptr_t', 'uintptr_t', 'uintptr_t'] },
  setGlobalIntraOpNumThreads: { slot: 147, result: 'uintptr_t', parameters: ['uintptr_t', 'int'] },
  setGlobalInterOpNumThreads: { slot: 148, result: 'uintptr_t', parameters: ['uintptr_t', 'int'] },
  setGlobalSpinControl: { slot: 149, result: 'uintptr_t', parameters: ['uintptr_t', 'int'] },
  createArenaConfig: { slot: 156, result: 'uintptr_t', parameters: ['size_t', 'int', 'int', 'int', 'uintptr_t'] },
  releaseArenaConfig: { slot: 157, result: 'void', parameters: ['uintptr_t'] },
} as const satisfies Record<string, { slot: number; result: string; parameters: readonly string[] }>;

type Result<R> = R extends 'void' ? undefined : R extends 'str' ? string : number;
type Parameters<P> = { -readonly [K in keyof P]: P[K] extends 'str' ? string : number };

/** ONNX Runtime's C functions, callable with numbers and strings. */
type CFunctions = {
  readonly [K in keyof typeof FUNCTIONS]: (
    ...values: Extract<Parameters<(typeof FUNCTIONS)[K]['parameters']>, readonly unknown[]>
  ) => Result<(typeof FUNCTIONS)[K]['result']>;
};

/** The loaded library: its functions, and what every caller of them needs. */
export interface CApi {
  readonly libraryPath: string;
  readonly functions: CFunctions;
  /** Throws {@link OrtError} with ONNX Runtime's message when a status is not 0; the status is released. */
  check(status: number): void;
  /** Calls a function that writes one pointer to the address it is given, and returns that pointer. */
  pointerFrom(call: (address: number) => number): number;
  /** The address of the first byte of a view. */
  addressOf(view: ArrayBufferView): number;
}

/**
 * Loads ONNX Runtime's library and binds the functions of its C API.
 *
 * @throws {OrtUnavailableError} `LOAD_FAILED` or `VERSION_MISMATCH`.
 */
export function loadCApi(libraryPath: string): CApi {
  const { koffi, base } = load(libraryPath);
  const functionAt = (table: unknown, slot: number, result: string, parameters: readonly string[]) => {
    const pointer = koffi.decode(table, slot * koffi.sizeof('void *'), 'void *');
    return koffi.decode(pointer, koffi.proto(result, [...parameters]));
  };
  // struct OrtApiBase { GetApi; GetVersionString; }
  const version: string = functionAt(base, 1, 'str', [])();
  if (version !== ORT_VERSION) {
    throw new OrtUnavailableError(
      'VERSION_MISMATCH',
      `${libraryPath} is ONNX Runtime ${version}, and this package drives ${ORT_VERSION} only; give it that version.`,
    );
  }
  const api: unknown = functionAt(base, 0, 'void *', ['uint32'])(API_VERSION);
  if (api === null || api === 0n) {
    throw new OrtUnavailableError('LOAD_FAILED', `${libraryPath} does not offer version ${API_VERSION} of its C API.`);
  }
  const functions = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, { slot, result, parameters }]) => [
      name,
      functionAt(api, slot, result, parameters),
    ]),
  ) as unknown as CFunctions;

  const pointerCell = new BigUint64Array(1);
  const address = (view: ArrayBufferView) => addressOf(koffi, view);
  const check = (status: number) => {
    if (status === 0) return;
    const error = new OrtError(functions.getErrorCode(status), functions.getErrorMessage(status));
    functions.releaseStatus(status);
    throw error;
  };
  return {
    libraryPath,
    functions,
    check,
    addressOf: address,
    pointerFrom: (call) => {
      check(call(address(pointerCell)));
      return Number(pointerCell[0]);
    },
  };
}

function load(libraryPath: string): { koffi: Koffi; base: unknown } {
  const koffi = loadKoffi();
  try {
    const library = koffi.load(libraryPath);
    const base = library.func('OrtGetApiBase', 'void *', [])();
    pinLibrary(koffi, libraryPath);
    return { koffi, base };
  } catch (error) {
    throw new OrtUnavailableError(
      usesMusl() ? 'UNSUPPORTED_PLATFORM' : 'LOAD_FAILED',
      usesMusl()
        ? "ONNX Runtime's library for Linux needs glibc, and this Node runs on another C library; use a Node image based on Debian or the like."
        : `${libraryPath} could not be loaded: ${reasonOf(error)}; reinstall the package it came from.`,
      { cause: error },
    );
  }
}

function loadKoffi(): Koffi {
  try {
    return requireHere()('koffi') as Koffi;
  } catch (error) {
    throw new OrtUnavailableError(
      'LOAD_FAILED',
      `the package koffi could not be loaded: ${reasonOf(error)}; install it along with its optional dependencies; of a bundled program, mark @cifarlab/ort-runtime as external and install it beside the bundle.`,
      { cause: error },
    );
  }
}

/** Node's report names the version of glibc it runs on, and none where the C library is another one. */
function usesMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
