import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGpuBackend } from '../backend.js';

/** Arguments of a kernel. */
interface KernelArguments {
  /** Inputs by tfjs's names; those that are optional there may be missing. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: NamedAttrMap;
  readonly backend: WebGpuBackend;
  /** Computes with tfjs's own kernel of that name. */
  otherwise(): TensorInfo | TensorInfo[];
}

/** One kernel of this package. */
export interface GpuKernel {
  /** tfjs's name of the kernel, or that of `@cifarlab/tfjs-ops`. */
  readonly kernelName: string;
  /** Computes new outputs. @returns undefined when these arguments are not its case: tfjs's own kernel then computes. */
  run(args: KernelArguments): TensorInfo | TensorInfo[] | undefined;
}
