import type { NativeKernel } from './kernel.js';

/** The kernels that this backend computes itself. */
export const nativeKernels: readonly NativeKernel[] = [];
