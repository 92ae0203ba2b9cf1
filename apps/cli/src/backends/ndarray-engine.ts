import { type GemmEngine, gemmEngineDetails, setGemmEngine } from '@cifarlab/gemm';
import { UsageError } from '../errors.js';
import { type NdarrayBackend, ndarrayBackends } from './backend.js';
import { refuseThreads } from './check-threads.js';

/** What computes the matrix products in this process. */
export interface NdarrayEngine {
  backend: NdarrayBackend;
  threads: number;
  /** The software that computes, with its version where it has one. */
  version: string;
  /** Version of ONNX Runtime, where that computes. */
  ortVersion: string | undefined;
  /** Why nothing faster was chosen; only where `auto` chose. */
  reason: string | undefined;
}

const engines: Record<NdarrayBackend, GemmEngine> = { ort: 'ort', wasm: 'wasm-simd', cpu: 'javascript' };
const software: Record<NdarrayBackend, string> = { ort: 'ONNX Runtime', wasm: 'WebAssembly SIMD', cpu: 'JavaScript' };

/**
 * Chooses what computes the matrix products of ndarrays in this process.
 *
 * @param backend `auto` takes the fastest that works here.
 * @param threads left out: as many as the backend chooses itself.
 * @throws UsageError when the two contradict each other; GemmEngineError when the backend is not to be had here.
 */
export function chooseNdarrayEngine(backend: NdarrayBackend | 'auto', threads?: number): NdarrayEngine {
  if (backend === 'wasm' || backend === 'cpu') refuseThreads(backend, threads);
  try {
    setGemmEngine(backend === 'auto' ? backend : engines[backend], threads === undefined ? {} : { threads });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`--threads: ${error.message}`, { cause: error });
  }
  const { engine, version, reason, ...details } = gemmEngineDetails();
  const chosen = ndarrayBackends.find((name) => engines[name] === engine)!;
  return {
    backend: chosen,
    threads: details.threads,
    version: version === undefined ? software[chosen] : `${software[chosen]} ${version}`,
    ortVersion: version,
    reason: backend === 'auto' ? reason : undefined,
  };
}

/** The name that `config.json` records, and back. */
export function engineName(backend: NdarrayBackend): string {
  return `gemm ${engines[backend]}`;
}

/** @returns undefined for a name that this version does not know. */
export function backendOfEngine(name: string): NdarrayBackend | undefined {
  return ndarrayBackends.find((backend) => engineName(backend) === name);
}
