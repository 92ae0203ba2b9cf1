import { type BatchNormKernels, batchNormKernels } from './batch-norm-kernels.js';
import { type DepthwiseKernels, depthwiseKernels } from './depthwise-kernels.js';
import { type ElementwiseKernels, elementwiseKernels } from './elementwise-kernels.js';
import { type OptimizerKernels, optimizerKernels } from './optimizer-kernels.js';
import { type PatchKernels, patchKernels } from './patch-kernels.js';
import { type PoolKernels, poolKernels } from './pool-kernels.js';
import { type ResizeKernels, resizeKernels } from './resize-kernels.js';
import type { SimdTeam } from './simd-team.js';
import { type SmoothActivationKernels, smoothActivationKernels } from './smooth-activation-kernels.js';
import { type WinogradKernels, winogradKernels } from './winograd-kernels.js';

/**
 * Kernels, in WebAssembly SIMD over one memory and on the threads of a team, for what ONNX Runtime does slowly or not
 * at all.
 *
 * Tensors are float32, NHWC, and passed as byte offsets into the memory, which may lie anywhere in its 4 GiB; multiples of
 * 16 are fastest. Nothing is checked: a wrong offset or size reads and writes elsewhere in the memory, and throws only
 * beyond its end. Vectors are of four floats: where a size or the number of channels is not a multiple of 4, up to 12 bytes
 * behind an input are read (and ignored), so that they must lie in the memory. Nothing but outputs is written.
 */
export interface SimdKernels {
  batchNorm: BatchNormKernels;
  depthwise: DepthwiseKernels;
  elementwise: ElementwiseKernels;
  optimizers: OptimizerKernels;
  patches: PatchKernels;
  pool: PoolKernels;
  resize: ResizeKernels;
  smoothActivations: SmoothActivationKernels;
  winograd: WinogradKernels;
}

/** Returns the kernels as the team computes them. */
export function createSimdKernels(team: SimdTeam): SimdKernels {
  return {
    batchNorm: batchNormKernels(team),
    depthwise: depthwiseKernels(team),
    elementwise: elementwiseKernels(team),
    optimizers: optimizerKernels(team),
    patches: patchKernels(team),
    pool: poolKernels(team),
    resize: resizeKernels(team),
    smoothActivations: smoothActivationKernels(team),
    winograd: winogradKernels(team),
  };
}
