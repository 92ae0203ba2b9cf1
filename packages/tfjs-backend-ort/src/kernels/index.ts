import { batchNormTraining, batchNormTrainingGrad } from './batch-norm-training.js';
import { conv2d } from './conv2d.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import { depthwiseConv2d, depthwiseConv2dBackpropFilter, depthwiseConv2dBackpropInput } from './depthwise.js';
import { fusedBatchNorm } from './fused-batch-norm.js';
import type { NativeKernel } from './kernel.js';
import { adam, sgd } from './optimizers.js';
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad } from './pooling.js';

/** The kernels that this backend computes itself. */
export const nativeKernels: readonly NativeKernel[] = [
  adam,
  avgPool,
  avgPoolGrad,
  batchNormTraining,
  batchNormTrainingGrad,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  fusedBatchNorm,
  maxPool,
  maxPoolGrad,
  sgd,
];
