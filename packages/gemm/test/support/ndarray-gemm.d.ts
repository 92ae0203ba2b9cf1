declare module 'ndarray-gemm' {
  import type { NdArray } from 'ndarray';
  export default function gemm(c: NdArray, a: NdArray, b: NdArray, alpha?: number, beta?: number): void;
}
