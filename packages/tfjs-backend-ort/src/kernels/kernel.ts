import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext } from '../backend/kernel-context.js';

/** Arguments of a kernel. */
export interface KernelArguments {
  /** Inputs by tfjs's names; those that are optional there may be missing. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: NamedAttrMap;
  readonly context: KernelContext;
}

/** One kernel of this backend. */
export interface NativeKernel {
  /** tfjs's name of the kernel. No underscore but a leading one. */
  readonly kernelName: string;
  /**
   * Computes new outputs and does not change its inputs.
   *
   * @param cpu tfjs's cpu kernel of that name, if there is one.
   * @returns undefined when these arguments are not its case: the cpu kernel then computes.
   */
  kernelFunc(args: KernelArguments, cpu: KernelFunc | undefined): TensorInfo | TensorInfo[] | undefined;
}
