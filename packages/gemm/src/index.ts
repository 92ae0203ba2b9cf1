export {
  type GemmEngine,
  type GemmEngineDetails,
  GemmEngineError,
  type GemmEngineOptions,
  gemmEngine,
  gemmEngineDetails,
  setGemmEngine,
} from './engine.js';
export { gemm } from './gemm.js';
