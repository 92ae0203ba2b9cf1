/** The functions of the WebAssembly module: addresses and sizes in bytes, counts, and numbers. */
export type SimdExports = Record<
  'setWorkspace' | 'winogradTransform' | 'winogradWeights' | 'winogradWeightsAdjoint',
  (...values: number[]) => void
>;
