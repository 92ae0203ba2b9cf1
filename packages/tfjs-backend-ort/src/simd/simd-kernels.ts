import type { WasmMemory } from '../memory/reserve-memory.js';
import { type BatchNormKernels, batchNormKernels } from './batch-norm-kernels.js';
import { type DepthwiseKernels, depthwiseKernels } from './depthwise-kernels.js';
import { type ElementwiseKernels, elementwiseKernels } from './elementwise-kernels.js';
import { type OptimizerKernels, optimizerKernels } from './optimizer-kernels.js';
import { type PoolKernels, poolKernels } from './pool-kernels.js';
import type { SimdExports } from './simd-exports.js';
import { SIMD_WASM } from './simd-wasm.js';
import { type WinogradKernels, winogradKernels } from './winograd-kernels.js';

/** Bytes of scratch memory that the kernels need. */
export const SIMD_WORKSPACE_BYTES = 65536;

/**
 * What ONNX Runtime does slowly or not at all, in WebAssembly SIMD over one memory, on the calling thread.
 *
 * Tensors are float32, NHWC, and passed as byte offsets into the memory, which may lie anywhere in its 4 GiB; multiples of
 * 16 are fastest. Nothing is checked: a wrong offset or size reads and writes elsewhere in the memory, and throws only
 * beyond its end. Vectors are of four floats: where a size or the number of channels is not a multiple of 4, up to 12 bytes
 * behind an input are read (and ignored), so that they must lie in the memory. Nothing but outputs is written.
 */
export interface SimdKernels {
  batchNorm: BatchNormKernels;
  depthwise: DepthwiseKernels;
  elementwise: ElementwiseKernels;
  optimizers: OptimizerKernels;
  pool: PoolKernels;
  winograd: WinogradKernels;
}

/**
 * Compiles the kernels for a memory.
 *
 * @param memory the memory that all offsets refer to.
 * @param workspace offset (a multiple of 16) of SIMD_WORKSPACE_BYTES that belong to the kernels alone from now on; they
 *   are set to zero.
 * @throws WebAssembly.CompileError where WebAssembly or its SIMD instructions are not to be had.
 */
export function createSimdKernels(memory: WasmMemory, workspace: number): SimdKernels {
  new Uint8Array(memory.buffer, workspace, SIMD_WORKSPACE_BYTES).fill(0);
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const code = Uint8Array.from(atob(SIMD_WASM), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  exports.setWorkspace(workspace);
  return {
    batchNorm: batchNormKernels(exports),
    depthwise: depthwiseKernels(exports),
    elementwise: elementwiseKernels(exports),
    optimizers: optimizerKernels(exports),
    pool: poolKernels(exports),
    winograd: winogradKernels(exports),
  };
}

/** The part of the WebAssembly API used here. */
interface WebAssemblyApi {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: SimdExports };
}
