import { gemmEngine } from './gemm.js';

/** ONNX Runtime's native library. */
export const ort = gemmEngine('ort', { software: 'ONNX Runtime', multithreaded: true });
