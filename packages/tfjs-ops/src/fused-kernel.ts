import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** The kernels that a backend may register to do in one pass what several ops do here; the README has their contract. */
export type FusedKernelName =
  | 'CifarlabBatchNormInference'
  | 'CifarlabBatchNormTraining'
  | 'CifarlabBatchNormTrainingGrad'
  | 'CifarlabRectifierGrad'
  | 'CifarlabResidualConv2D'
  | 'CifarlabRunningAverage'
  | 'CifarlabFoldNorm'
  | 'CifarlabFoldNormGrad'
  | 'CifarlabAdam'
  | 'CifarlabSgd'
  | 'CifarlabSmoothActivation'
  | 'CifarlabSmoothActivationWithSlope'
  | 'CifarlabSmoothActivationGrad';

/** Returns whether the current backend has the kernel. */
export function hasFusedKernel(name: FusedKernelName): boolean {
  return getKernel(name, getBackend()) != null;
}

/** Runs a kernel that the current backend has. */
export function runFusedKernel(name: FusedKernelName, inputs: NamedTensorMap, attributes: NamedAttrMap): Tensor[] {
  return engine().runKernel<Tensor[]>(name, inputs, attributes);
}
