import type { SimdExports } from './simd-exports.js';
import { SIMD_WASM } from './simd-wasm.js';
import { type WinogradKernels, winogradKernels } from './winograd-kernels.js';

/** Bytes of scratch memory that the kernels need. */
export const SIMD_WORKSPACE_BYTES = 65536;

/** A WebAssembly.Memory that is never resized; TypeScript declares it only along with the whole DOM. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/**
 * What ONNX Runtime does slowly or not at all, in WebAssembly SIMD over one memory, on the calling thread.
 *
 * Tensors are float32, NHWC, and passed as byte offsets into the memory, which may lie anywhere in its 4 GiB. Nothing is
 * checked: a wrong offset or size reads and writes elsewhere in the memory, and throws only beyond its end.
 */
export interface SimdKernels {
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
  return { winograd: winogradKernels(exports) };
}

/** The part of the WebAssembly API used here. */
interface WebAssemblyApi {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: SimdExports };
}
