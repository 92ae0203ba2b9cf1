import { matMul } from './batch-mat-mul.js';
import { canFinish, finish } from './finish.js';
import type { NativeKernel } from './kernel.js';

/** activation(a b + bias). */
export const fusedMatMul: NativeKernel = {
  kernelName: '_FusedMatMul',
  kernelFunc: ({ inputs: { a, b, bias, preluActivationWeights: slopes }, attrs, context }) => {
    const { transposeA, transposeB, activation, leakyreluAlpha: slope } = attrs as unknown as FusedMatMulAttributes;
    const steps = { bias, activation, slope, slopes };
    if (!canFinish(steps)) return undefined;
    const y = matMul(context, a, b, transposeA, transposeB);
    if (y) finish(context, y, steps);
    return y?.info;
  },
};

interface FusedMatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}
