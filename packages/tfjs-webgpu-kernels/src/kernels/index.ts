import { batchNormTraining, batchNormTrainingGrad } from './batch-norm.js';
import { filterGradient } from './filter-gradient.js';
import { foldNorm, foldNormGrad } from './fold-norm.js';
import type { GpuKernel } from './kernel.js';
import { maxPool } from './max-pool.js';
import { adam, sgd } from './optimizers.js';
import { orderedProducts } from './ordered-products.js';
import { rectifierGrad } from './rectifier-gradient.js';
import { smoothActivation, smoothActivationGrad } from './smooth-activation.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';
import { sum } from './sum.js';

/** The kernels that this package computes. */
export const gpuKernels: readonly GpuKernel[] = [
  adam,
  batchNormTraining,
  batchNormTrainingGrad,
  filterGradient,
  foldNorm,
  foldNormGrad,
  maxPool,
  ...orderedProducts,
  rectifierGrad,
  sgd,
  smoothActivation,
  smoothActivationGrad,
  softmaxCrossEntropy,
  sum,
];
