import { batchMatMul } from './batch-mat-mul.js';
import { batchNormTraining, batchNormTrainingGrad } from './batch-norm-training.js';
import { binaryKernels } from './binary.js';
import { cast } from './cast.js';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './conv2d.js';
import {
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  fusedDepthwiseConv2d,
} from './depthwise.js';
import { foldNorm, foldNormGrad } from './fold-norm.js';
import { batchNormInference, fusedBatchNorm } from './fused-batch-norm.js';
import { fusedConv2d, residualConv2d } from './fused-conv2d.js';
import { fusedMatMul } from './fused-mat-mul.js';
import type { NativeKernel } from './kernel.js';
import { adam, sgd } from './optimizers.js';
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad } from './pooling.js';
import { rectifierGrad } from './rectifier-gradient.js';
import { resizeBilinear } from './resize-bilinear.js';
import { runningAverage } from './running-average.js';
import { smoothActivation, smoothActivationWithSlope } from './smooth-activation.js';
import { softmax } from './softmax.js';
import { mean, sum } from './sum.js';
import { transpose } from './transpose.js';
import { unaryKernels } from './unary.js';

/** The kernels that this backend computes itself. */
export const nativeKernels: readonly NativeKernel[] = [
  adam,
  avgPool,
  avgPoolGrad,
  batchMatMul,
  batchNormInference,
  batchNormTraining,
  batchNormTrainingGrad,
  ...binaryKernels,
  cast,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  foldNorm,
  foldNormGrad,
  fusedBatchNorm,
  fusedConv2d,
  fusedDepthwiseConv2d,
  fusedMatMul,
  maxPool,
  maxPoolGrad,
  mean,
  rectifierGrad,
  residualConv2d,
  resizeBilinear,
  runningAverage,
  sgd,
  smoothActivation,
  smoothActivationWithSlope,
  softmax,
  sum,
  transpose,
  ...unaryKernels,
];
