import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { WebGpuBackend } from './backend.js';
import { gpuKernels } from './kernels/index.js';
import type { GpuKernel } from './kernels/kernel.js';

const BACKEND = 'webgpu';

/** Marks the functions of this package's kernels, also those of another copy of it. */
const MARK = Symbol.for('@cifarlab/tfjs-webgpu-kernels/kernel');

/**
 * Registers the kernels for TensorFlow.js's backend `webgpu`, over its own ones of the same names, which compute what these do
 * not. Import `@tensorflow/tfjs-backend-webgpu` first: it would register its own over them.
 *
 * @returns the names of the kernels that were registered; none if they all were.
 */
export function registerWebGpuKernels(): string[] {
  return gpuKernels.filter(register).map(({ kernelName }) => kernelName);
}

function register(kernel: GpuKernel): boolean {
  const { kernelName } = kernel;
  const before = getKernel(kernelName, BACKEND);
  if (before != null && MARK in before.kernelFunc) return false;
  if (before != null) unregisterKernel(kernelName, BACKEND);
  const kernelFunc = Object.assign(kernelFuncOf(kernel, before?.kernelFunc), { [MARK]: true });
  registerKernel({ ...before, kernelName, backendName: BACKEND, kernelFunc });
  return true;
}

function kernelFuncOf({ kernelName, run }: GpuKernel, otherwise: KernelFunc | undefined): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const computeOtherwise = () => {
      if (otherwise) return otherwise({ inputs, attrs, backend });
      throw new Error(`${kernelName} is not for these inputs, and the backend has no other kernel of that name.`);
    };
    const result = run({
      inputs: inputs as Parameters<typeof run>[0]['inputs'],
      attrs: attrs ?? {},
      backend: backend as WebGpuBackend,
      otherwise: computeOtherwise,
    });
    return result ?? computeOtherwise();
  };
}
