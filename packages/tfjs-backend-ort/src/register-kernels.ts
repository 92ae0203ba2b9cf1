import {
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { OrtBackend } from './backend/ort-backend.js';
import { callCount } from './call-counts.js';
import type { KernelArguments, NativeKernel } from './kernels/kernel.js';
import { ArenaExhaustedError } from './memory/arena-exhausted-error.js';
import { requireHere } from './require-here.js';

/**
 * Registers, for the backend `backendName`, all kernels of tfjs's cpu backend and, over them, `nativeKernels`. Kernels
 * that the backend already has stay.
 */
export function registerKernels(backendName: string, nativeKernels: readonly NativeKernel[]): void {
  const cpuKernels = new Map(loadCpuKernels().map((config) => [config.kernelName, config]));
  const native = new Map(nativeKernels.map((kernel) => [kernel.kernelName, kernel]));
  for (const kernelName of new Set([...cpuKernels.keys(), ...native.keys()])) {
    if (getKernel(kernelName, backendName)) continue;
    const cpu = cpuKernels.get(kernelName);
    const kernelFunc = counted(kernelName, native.get(kernelName), cpu?.kernelFunc);
    registerKernel({ ...cpu, kernelName, backendName, kernelFunc });
  }
}

/** The package registers its kernels when it is loaded, and a backend `cpu` with them; hence not before they are needed. */
function loadCpuKernels(): KernelConfig[] {
  if (getKernelsForBackend('cpu').length === 0) requireHere()('@tensorflow/tfjs-backend-cpu');
  return getKernelsForBackend('cpu');
}

function counted(kernelName: string, native: NativeKernel | undefined, cpu: KernelFunc | undefined): KernelFunc {
  const count = callCount(kernelName);
  return ({ inputs, attrs, backend }) => {
    if (native) {
      const { kernelContext: context } = backend as OrtBackend;
      const args = { inputs, attrs: attrs ?? {}, context } as KernelArguments;
      const result = runNative(native, args, cpu);
      if (result) {
        count.native += 1;
        return result;
      }
    }
    if (!cpu) throw new Error(`[ort] ${kernelName} has no cpu kernel for what the native one leaves to it`);
    count.cpu += 1;
    return cpu({ inputs, attrs, backend });
  };
}

function runNative(
  native: NativeKernel,
  args: KernelArguments,
  cpu: KernelFunc | undefined,
): TensorInfo | TensorInfo[] | undefined {
  try {
    return args.context.run(() => native.kernelFunc(args, cpu));
  } catch (error) {
    if (error instanceof ArenaExhaustedError && cpu && args.context.leavesToCpuWhenFull()) return undefined;
    throw error;
  }
}
