import type { OrtRuntime } from '@cifarlab/ort-runtime';
import { loadOrt } from './load-ort.js';
import type { Multiply } from './ort-product.js';
import { createJavaScriptKernel, createWasmKernel, type TileKernel } from './tile-kernel.js';

/**
 * Engine that computes products: ONNX Runtime's native library on several threads, WebAssembly with SIMD, or plain
 * JavaScript.
 *
 * @useDeclaredType
 */
export type GemmEngine = (typeof ENGINES)[number];

const ENGINES = ['ort', 'wasm-simd', 'javascript'] as const;

/** Options of {@link setGemmEngine}. */
export interface GemmEngineOptions {
  /**
   * Threads of ONNX Runtime, the calling one included; default what the machine offers. All users of ONNX Runtime in
   * this thread share them. The other engines have one thread.
   */
  threads?: number;
}

/** The engine in use, and the reason for it. */
export interface GemmEngineDetails {
  /** The engine in use. */
  engine: GemmEngine;
  /** Threads that compute, the calling one included. */
  threads: number;
  /** Version of ONNX Runtime, with the engine `ort`. */
  version?: string;
  /** Why the faster engines are not used; nothing with `ort`. */
  reason?: string;
}

/** Error for a requested engine that is not available here; the message says why. */
export class GemmEngineError extends Error {
  override readonly name = 'GemmEngineError';
  /** The requested engine. */
  readonly engine: GemmEngine;

  constructor(engine: GemmEngine, reason: string, cause: unknown) {
    super(`The engine '${engine}' is not available here: ${reason}`, { cause });
    this.engine = engine;
  }
}

/** ONNX Runtime as it is at the moment, since its owner may dispose of it. */
interface Ort {
  readonly runtime: () => OrtRuntime;
  readonly multiply: Multiply;
}

/** The engine in use. */
export interface Chosen {
  /** ONNX Runtime, with the engine `ort`. */
  readonly ort?: Ort;
  /** Kernel for products that ONNX Runtime does not compute. */
  readonly kernel: TileKernel;
  /** Why the faster engines are not used. */
  readonly reason?: string;
}

const VARIABLE = 'CIFARLAB_GEMM_ENGINE';

/** One choice for the ESM and the CommonJS build of this package. */
const CHOSEN = Symbol.for('@cifarlab/gemm engine');
const holder = globalThis as { [CHOSEN]?: Chosen };

/** Returns the engine in use, chosen now if this is the first use. */
export function chosenEngine(): Chosen {
  holder[CHOSEN] ??= choose('auto', {});
  return holder[CHOSEN];
}

/**
 * Chooses what computes products from now on. Without a call the first product chooses as `auto` does.
 *
 * @param engine `auto`: the engine that the environment variable `CIFARLAB_GEMM_ENGINE` names, else the fastest that
 *   works here: `ort` when `@cifarlab/ort-runtime` is installed and loads, `wasm-simd`, `javascript`.
 * @returns the engine chosen.
 * @throws GemmEngineError when an engine requested by name is not available; RangeError for an unknown engine, or for a
 *   number of threads that ONNX Runtime refuses. The engine in use then stays the same.
 */
export function setGemmEngine(engine: GemmEngine | 'auto', options: GemmEngineOptions = {}): GemmEngine {
  holder[CHOSEN] = choose(engine, options);
  return gemmEngine();
}

/** Returns the engine that computes products; chooses it at the first use. */
export function gemmEngine(): GemmEngine {
  const { ort, kernel } = chosenEngine();
  return ort ? 'ort' : kernel.engine;
}

/** Returns the engine that computes products, its number of threads, and the reason why nothing faster does. */
export function gemmEngineDetails(): GemmEngineDetails {
  const { ort, kernel, reason } = chosenEngine();
  if (ort) {
    const { threads, version } = ort.runtime();
    return { engine: 'ort', threads, version };
  }
  return { engine: kernel.engine, threads: 1, ...(reason !== undefined && { reason }) };
}

function choose(requested: GemmEngine | 'auto', { threads }: GemmEngineOptions): Chosen {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const fromEnvironment = requested === 'auto' ? process?.env?.[VARIABLE] : undefined;
  const engine = (fromEnvironment || requested) as GemmEngine | 'auto';
  switch (engine) {
    case 'ort':
      return orRefuse(engine, () => ({ ort: startOrt(threads), kernel: fastestKernel().kernel }));
    case 'wasm-simd':
      return orRefuse(engine, () => ({ kernel: createWasmKernel(), reason: 'wasm-simd was asked for.' }));
    case 'javascript':
      return { kernel: createJavaScriptKernel(), reason: 'javascript was asked for.' };
    case 'auto':
      try {
        return { ort: startOrt(threads), kernel: fastestKernel().kernel };
      } catch (error) {
        if (threads !== undefined && error instanceof RangeError) throw error;
        const { kernel, reason } = fastestKernel();
        return { kernel, reason: [messageOf(error), reason].filter(Boolean).join(' ') };
      }
    default:
      throw new RangeError(
        `${fromEnvironment ? VARIABLE : 'The engine'} is ${JSON.stringify(engine)}; choose from auto, ${ENGINES.join(', ')}.`,
      );
  }
}

/** Starts ONNX Runtime. */
function startOrt(threads: number | undefined): Ort {
  const { ortRuntime, multiplyMatrices } = loadOrt();
  ortRuntime(threads === undefined ? {} : { threads });
  return { runtime: () => ortRuntime(), multiply: (product) => multiplyMatrices(ortRuntime(), product) };
}

function fastestKernel(): { kernel: TileKernel; reason?: string } {
  try {
    return { kernel: createWasmKernel() };
  } catch (error) {
    return { kernel: createJavaScriptKernel(), reason: `WebAssembly with SIMD is not available: ${messageOf(error)}` };
  }
}

function orRefuse(engine: GemmEngine, start: () => Chosen): Chosen {
  try {
    return start();
  } catch (error) {
    if (engine === 'ort' && error instanceof RangeError) throw error;
    throw new GemmEngineError(engine, messageOf(error), error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
