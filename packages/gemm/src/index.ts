export {
  type GemmEngine,
  type GemmEngineDetails,
  GemmEngineError,
  type GemmEngineOptions,
  gemmEngine,
  gemmEngineDetails,
  setGemmEngine,
} from './engine.js';
export { type GemmMatrix, gemm } from './gemm.js';
