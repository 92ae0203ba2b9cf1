import { gemmEngine } from './gemm.js';

/** A WebAssembly kernel with 128-bit SIMD. */
export const wasm = gemmEngine('wasm', { software: 'WebAssembly SIMD', multithreaded: false });
