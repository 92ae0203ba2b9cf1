import { gemmEngine } from './gemm.js';

/** The same kernel in JavaScript, for a process without WebAssembly. */
export const cpu = gemmEngine('cpu', { software: 'JavaScript', multithreaded: false });
