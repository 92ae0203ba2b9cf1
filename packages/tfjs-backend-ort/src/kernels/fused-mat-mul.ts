import { canFinish, finish } from '../finish.js';
import { matMul } from './batch-mat-mul.js';
import type { NativeKernel } from './kernel.js';

/** activation(a b + bias). */
export const fusedMatMul: NativeKernel = {
  kernelName: '_FusedMatMul',
  kernelFunc: ({ inputs: { a, b, bias, preluActivationWeights: slopes }, attrs, backend }) => {
    const { transposeA, transposeB, activation, leakyreluAlpha: slope } = attrs as unknown as FusedMatMulAttributes;
    const steps = { bias, activation, slope, slopes };
    if (!canFinish(steps)) return undefined;
    const y = matMul(backend, a, b, transposeA, transposeB);
    if (y) finish(backend, y, steps);
    return y?.info;
  },
};

interface FusedMatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}
