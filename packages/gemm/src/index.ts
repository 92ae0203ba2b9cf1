export { gemm, gemmEngine } from './gemm.js';
