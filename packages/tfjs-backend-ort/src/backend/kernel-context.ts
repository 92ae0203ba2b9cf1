import type { OrtRuntime } from '@cifarlab/ort-runtime';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TensorStore, Values } from '../memory/tensor-store.js';
import type { SimdKernels } from '../simd/simd-kernels.js';
import type { MemoryWarnings } from './memory-warnings.js';
import type { OrtBackendOptions } from './options.js';

/** A tensor made by a kernel, and its values, which the kernel is to fill. */
export interface Output {
  readonly info: TensorInfo;
  readonly values: Float32Array;
}

/** Memory that one kernel call has taken from the arena. */
interface KernelCall {
  readonly scratch: Set<Float32Array>;
  readonly outputs: TensorInfo[];
  /** Outputs in the memory of an input, which lives on if the call fails. */
  readonly successors: TensorInfo[];
}

/** Part of the limit of what is kept between kernel calls that one value may take. */
const LARGEST_SHARE = 1 / 3;

/** The means that a backend gives its kernels to compute with. */
interface KernelMeans {
  readonly runtime: OrtRuntime;
  readonly simd: SimdKernels;
  readonly tensors: TensorStore;
  readonly options: OrtBackendOptions;
  readonly warnings: MemoryWarnings;
}

/**
 * The part of the backend that its kernels see: the engines that compute, the values of tensors, memory for outputs,
 * for the work of a call, and for what is kept from one call to the next.
 */
export class KernelContext {
  /** ONNX Runtime. */
  readonly runtime: OrtRuntime;
  /** Kernels in WebAssembly over the arena. */
  readonly simd: SimdKernels;
  /** How convolutions are computed, as the user chose. */
  readonly convolution: OrtBackendOptions['convolution'];
  readonly #tensors: TensorStore;
  readonly #nativeFrom: number | undefined;
  readonly #whenFull: OrtBackendOptions['whenFull'];
  readonly #warnings: MemoryWarnings;
  #call: KernelCall | undefined;

  constructor({ runtime, simd, tensors, options, warnings }: KernelMeans) {
    this.runtime = runtime;
    this.simd = simd;
    this.convolution = options.convolution;
    this.#tensors = tensors;
    this.#nativeFrom = options.nativeFrom;
    this.#whenFull = options.whenFull;
    this.#warnings = warnings;
  }

  /** Returns the values of a tensor of any type. Not to be written to. */
  values({ dataId }: TensorInfo): Values | undefined {
    return this.#tensors.data.get(dataId).values;
  }

  /**
   * Returns the values of a float32 tensor, wherever they are. Not to be written to.
   *
   * @throws TypeError for a tensor of another type.
   */
  floats({ dataId }: TensorInfo): Float32Array {
    return this.#tensors.floats(dataId);
  }

  /**
   * Returns the values of a float32 tensor in the arena, where they stay once moved there. Not to be written to.
   *
   * @throws ArenaExhaustedError when they do not fit; TypeError for a tensor of another type.
   */
  arenaFloats({ dataId }: TensorInfo): Float32Array {
    return this.#tensors.arenaFloats(dataId);
  }

  /** Returns whether values lie in the arena, where the SIMD kernels reach them. */
  isInArena(values: Float32Array): boolean {
    return this.#tensors.arena.owns(values);
  }

  /**
   * Returns whether to compute natively for this many elements: from `measured` on, or as the user's `nativeFrom` says.
   */
  isWorthwhile(elements: number, measured: number): boolean {
    return elements >= (this.#nativeFrom ?? measured);
  }

  /** Returns a new float32 tensor with arbitrary values for the kernel to fill; in the arena when it fits. */
  output(shape: number[]): Output {
    const size = util.sizeFromShape(shape);
    const block = this.#tensors.allocate(size);
    return this.#makeOutput(shape, block ?? new Float32Array(size), block);
  }

  /**
   * Returns a new float32 tensor in the arena with arbitrary values for the kernel to fill.
   *
   * @throws ArenaExhaustedError when it does not fit.
   */
  arenaOutput(shape: number[]): Output {
    const block = this.#tensors.demand(util.sizeFromShape(shape));
    return this.#makeOutput(shape, block, block);
  }

  /**
   * Returns a tensor's successor of the same shape for the kernel to fill: in the tensor's own memory if nothing else
   * refers to its values, else in a new block of the arena. Where it is the tensor's own, what is attached to it goes.
   *
   * @throws ArenaExhaustedError when it does not fit.
   */
  successor(tensor: TensorInfo): Output {
    const { dataId, shape } = tensor;
    const values = this.#tensors.arenaFloats(dataId);
    const data = this.#tensors.data.get(dataId);
    if (data.refCount > 1) return this.arenaOutput(shape);
    data.refCount += 1;
    this.#tensors.attachments.deleteAll(dataId);
    const info: TensorInfo = { dataId, shape, dtype: 'float32' };
    this.#call?.successors.push(info);
    return { info, values };
  }

  /**
   * Working memory of a kernel in the arena, with arbitrary content. It goes back when the kernel call ends, if neither
   * `release` nor `attach` took it before.
   *
   * @throws ArenaExhaustedError when it does not fit.
   */
  scratch(floats: number): Float32Array {
    const view = this.#tensors.demand(floats);
    this.#call?.scratch.add(view);
    return view;
  }

  /** Gives working memory back before the call ends. */
  release(view: Float32Array): void {
    this.#call?.scratch.delete(view);
    this.#tensors.arena.free(view);
  }

  /**
   * Keeps working memory beside a tensor's data, to be found by `attached` until the tensor is disposed. It may go
   * earlier when memory is short, but not during the kernel call that attached it or looked it up.
   *
   * @returns false when it cannot be kept: it then remains working memory of this call.
   */
  attach({ dataId }: TensorInfo, key: string, view: Float32Array): boolean {
    const { arena, attachments } = this.#tensors;
    const kept = attachments.set(dataId, key, view, view.byteLength, (old) => arena.free(old));
    if (kept) this.#call?.scratch.delete(view);
    return kept;
  }

  /**
   * Returns whether so many bytes are little enough to be attached. What is a large part of the cache's limit would drive
   * out all else.
   */
  mayAttach(bytes: number): boolean {
    return bytes <= this.#tensors.attachments.budget * LARGEST_SHARE;
  }

  /** Returns the value that `attach` kept under this key, if it is still there. */
  attached({ dataId }: TensorInfo, key: string): Float32Array | undefined {
    return this.#tensors.attachments.get(dataId, key);
  }

  /** Gives back what `attach` kept under this key; false when it is not there (any more). */
  detach({ dataId }: TensorInfo, key: string): boolean {
    return this.#tensors.attachments.delete(dataId, key);
  }

  /**
   * Runs a kernel. Its working memory goes back at the end; when it fails, or returns undefined, its outputs do, too.
   */
  run<T>(kernel: () => T): T {
    const outer = this.#call;
    const call: KernelCall = { scratch: new Set(), outputs: [], successors: [] };
    if (!outer) this.#tensors.attachments.nextCall();
    this.#call = call;
    let result: T | undefined;
    try {
      result = kernel();
      return result;
    } finally {
      this.#call = outer;
      for (const view of call.scratch) this.#tensors.arena.free(view);
      if (result === undefined) {
        for (const { dataId } of call.outputs) this.#tensors.dispose(dataId, true);
        for (const { dataId } of call.successors) this.#tensors.dispose(dataId, false);
      }
    }
  }

  /**
   * Returns whether tfjs's cpu kernel computes in place of a kernel that found no room in the arena. That can take a
   * thousand times as long, which without a word would look like a hang: the first time is a warning.
   */
  leavesToCpuWhenFull(): boolean {
    if (this.#whenFull !== 'cpu-kernels') return false;
    this.#warnings.ofFull(this.#tensors.arena.statistics().capacity);
    return true;
  }

  #makeOutput(shape: number[], values: Float32Array, block: Float32Array | undefined): Output {
    const info: TensorInfo = { dataId: this.#tensors.add('float32', { values, block }), shape, dtype: 'float32' };
    this.#call?.outputs.push(info);
    return { info, values };
  }
}
