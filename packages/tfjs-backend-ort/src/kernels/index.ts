import { conv2d } from './conv2d.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import type { NativeKernel } from './kernel.js';

/** The kernels that this backend computes itself. */
export const nativeKernels: readonly NativeKernel[] = [conv2d, conv2dBackpropInput, conv2dBackpropFilter];
