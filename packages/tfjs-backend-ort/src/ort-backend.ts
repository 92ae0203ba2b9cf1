import type { OrtRuntime } from '@cifarlab/ort-runtime';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  backend_util,
  buffer,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  kernel_impls,
  type Rank,
  type Tensor,
  type Tensor2D,
  type TensorBuffer,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { Arena } from './memory/arena.js';
import { ArenaExhaustedError } from './memory/arena-exhausted-error.js';
import { Attachments } from './memory/attachments.js';
import { DEFAULT_MEMORY_LIMIT } from './memory/reserve-memory.js';
import type { OrtBackendOptions } from './options.js';
import { createSimdKernels, type SimdKernels } from './simd/simd-kernels.js';
import { SIMD_WORKSPACE_BYTES, SimdTeam } from './simd/simd-team.js';
import { copyOfValues } from './tensor-values.js';

type DataId = TensorInfo['dataId'];
type Values = backend_util.BackendValues;

interface TensorData {
  values?: Values;
  dtype: DataType;
  refCount: number;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  /** The buffer of the arena that holds the values, when one does: this tensor's alone. */
  block?: Float32Array;
}

/** What one kernel call has taken from the arena. */
interface KernelCall {
  readonly scratch: Set<Float32Array>;
  readonly outputs: TensorInfo[];
}

/** A tensor made by a kernel, and its values, which the kernel is to fill. */
export interface Output {
  readonly info: TensorInfo;
  readonly values: Float32Array;
}

/**
 * Tensors in typed arrays, as the kernels of tfjs's cpu backend expect them; float32 ones in an arena where
 * WebAssembly and native code reach them.
 *
 * A buffer of the arena belongs to exactly one tensor and goes back with it. An array that comes from the user is
 * copied, and `read`, `readSync` and `bufferSync` return copies: no array outside ever changes with a tensor, nor a
 * tensor with an array outside.
 *
 * It has every member of tfjs's `MathBackendCPU`, which the cpu kernels work on, without being one: extending that class
 * would load the cpu backend's package, and loading it registers a backend.
 */
export class OrtBackend extends KernelBackend implements Pick<MathBackendCPU, keyof MathBackendCPU> {
  /** The memory of float32 tensors. */
  readonly arena: Arena;
  /** What computes. */
  readonly runtime: OrtRuntime;
  /** As they were given. */
  readonly options: OrtBackendOptions;
  /** Kernels in WebAssembly over the arena. */
  readonly simd: SimdKernels;
  /** Of tfjs's cpu kernels, which ask for it. */
  blockSize = 48;
  /** The tensors, by their data id. */
  data: DataStorage<TensorData>;
  readonly #attachments: Attachments;
  readonly #team: SimdTeam;
  #call: KernelCall | undefined;
  readonly #warn: (message: string) => void;
  #warnedThatMemoryIsFull = false;

  constructor(runtime: OrtRuntime, options: OrtBackendOptions = {}) {
    super();
    this.runtime = runtime;
    this.options = options;
    this.#warn = options.onWarning ?? ((message) => backend_util.warn(message));
    this.arena = new Arena({ memoryLimit: options.memoryLimit });
    this.#warnOfLittleMemory();
    this.#attachments = new Attachments(options.cacheLimit ?? this.arena.statistics().capacity / 8);
    this.data = new DataStorage(this, engine());
    // Of a small memory the threads' workspaces take a sixteenth at most, or one thread's.
    const { capacity } = this.arena.statistics();
    const threads = Math.max(1, Math.min(runtime.threads, Math.floor(capacity / 16 / SIMD_WORKSPACE_BYTES)));
    const workspace = this.#demand((threads * SIMD_WORKSPACE_BYTES) / 4).byteOffset;
    this.#team = new SimdTeam(this.arena.memory, workspace, threads);
    this.simd = createSimdKernels(this.#team);
  }

  // ---- For kernels ----

  /**
   * The values of a float32 tensor, wherever they are. Not to be written to.
   *
   * @throws TypeError for a tensor of another type.
   */
  floats(tensor: TensorInfo): Float32Array {
    const data = this.data.get(tensor.dataId);
    if (data.dtype !== 'float32') {
      throw new TypeError(`[ort] floats of a ${data.dtype} tensor: a kernel leaves those to the cpu kernel`);
    }
    if (!(data.values instanceof Float32Array)) data.values = Float32Array.from(data.values as ArrayLike<number>);
    return data.values;
  }

  /**
   * The values of a float32 tensor in the arena, where they stay once moved there. Not to be written to.
   *
   * @throws ArenaExhaustedError when they do not fit; TypeError for a tensor of another type.
   */
  arenaFloats(tensor: TensorInfo): Float32Array {
    const data = this.data.get(tensor.dataId);
    if (data.block) return data.block;
    const values = this.floats(tensor);
    const block = this.#demand(values.length);
    block.set(values);
    data.block = block;
    data.values = block;
    return block;
  }

  /** Whether to compute natively for so many elements: from `measured` on, or as the user's `nativeFrom` has it. */
  isWorthwhile(elements: number, measured: number): boolean {
    return elements >= (this.options.nativeFrom ?? measured);
  }

  /** A new float32 tensor with arbitrary values for the kernel to fill; in the arena when it fits. */
  output(shape: number[]): Output {
    const size = util.sizeFromShape(shape);
    const block = this.#allocate(size);
    return this.#makeOutput(shape, block ?? new Float32Array(size), block);
  }

  /**
   * A new float32 tensor in the arena with arbitrary values for the kernel to fill.
   *
   * @throws ArenaExhaustedError when it does not fit.
   */
  arenaOutput(shape: number[]): Output {
    const block = this.#demand(util.sizeFromShape(shape));
    return this.#makeOutput(shape, block, block);
  }

  /**
   * Working memory of a kernel in the arena, with arbitrary content. It goes back when the kernel call ends, if neither
   * `release` nor `attach` took it before.
   *
   * @throws ArenaExhaustedError when it does not fit.
   */
  scratch(floats: number): Float32Array {
    const view = this.#demand(floats);
    this.#call?.scratch.add(view);
    return view;
  }

  /** Gives working memory back before the call ends. */
  release(view: Float32Array): void {
    this.#call?.scratch.delete(view);
    this.arena.free(view);
  }

  /**
   * Keeps working memory beside a tensor's data, to be found by `attached` until the tensor is disposed. It may go
   * earlier when memory is short, but not during the kernel call that attached it or looked it up.
   *
   * @returns false when it cannot be kept: it then remains working memory of this call.
   */
  attach(tensor: TensorInfo, key: string, view: Float32Array): boolean {
    const kept = this.#attachments.set(tensor.dataId, key, view, view.byteLength, (old) => this.arena.free(old));
    if (kept) this.#call?.scratch.delete(view);
    return kept;
  }

  /** What `attach` kept under this key, if it is still there. */
  attached(tensor: TensorInfo, key: string): Float32Array | undefined {
    return this.#attachments.get(tensor.dataId, key);
  }

  /** Gives back what `attach` kept under this key; false when it is not there (any more). */
  detach(tensor: TensorInfo, key: string): boolean {
    return this.#attachments.delete(tensor.dataId, key);
  }

  /**
   * Runs a kernel. Its working memory goes back at the end; when it fails, or returns undefined, its outputs do, too.
   */
  kernelCall<T>(kernel: () => T): T {
    const outer = this.#call;
    const call: KernelCall = { scratch: new Set(), outputs: [] };
    if (!outer) this.#attachments.nextCall();
    this.#call = call;
    let result: T | undefined;
    try {
      result = kernel();
      return result;
    } finally {
      this.#call = outer;
      for (const view of call.scratch) this.arena.free(view);
      if (result === undefined) for (const { dataId } of call.outputs) this.disposeData(dataId, true);
    }
  }

  /**
   * Whether tfjs's cpu kernel is to compute what found no room in the arena. That can take a thousand times as long,
   * which without a word would look like a hang: the first time is a warning.
   */
  leavesToCpuWhenFull(): boolean {
    if (this.options.whenFull !== 'cpu-kernels') return false;
    if (!this.#warnedThatMemoryIsFull) {
      this.#warnedThatMemoryIsFull = true;
      this.#warn(
        `[ort] the ${mebibytes(this.arena.statistics().capacity)} MiB for tensors are full; what does not fit is computed ` +
          "many times more slowly, by tfjs's cpu kernels. Use smaller batches, dispose tensors, or register the backend " +
          'with a larger memoryLimit (up to 4 GiB).',
      );
    }
    return true;
  }

  // ---- For tfjs-core and the kernels of the cpu backend ----

  /** Makes a tensor's data of the user's values, which are copied. */
  override write(values: Values, _shape: number[], dtype: DataType): DataId {
    return this.#store(dtype, this.#copyOf(values));
  }

  /** Makes a tensor of values that a kernel has just computed; they are copied only if another tensor owns them. */
  makeTensorInfo(shape: number[], dtype: DataType, values?: Values | string[]): TensorInfo {
    const encoded =
      dtype === 'string' && util.isString(values?.[0] as unknown as string)
        ? (values as string[]).map((text) => util.encodeString(text))
        : (values as Values | undefined);
    const shared = ArrayBuffer.isView(encoded) && this.arena.owns(encoded);
    return { dataId: this.#store(dtype, shared ? this.#copyOf(encoded) : { values: encoded }), shape, dtype };
  }

  override move(dataId: DataId, values: Values, _shape: number[], dtype: DataType, refCount: number): void {
    this.data.set(dataId, { values, dtype, refCount });
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.data.get(dataId).refCount += 1;
  }

  decRef(dataId: DataId): void {
    if (this.data.has(dataId)) this.data.get(dataId).refCount -= 1;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override async read(dataId: DataId): Promise<Values> {
    return this.readSync(dataId);
  }

  override readSync(dataId: DataId): Values {
    const { dtype, complexTensorInfos, values } = this.data.get(dataId);
    if (complexTensorInfos) {
      const real = this.floats(complexTensorInfos.real);
      const imag = this.floats(complexTensorInfos.imag);
      return backend_util.mergeRealAndImagArrays(real, imag);
    }
    return copyOfValues(util.convertBackendValuesAndArrayBuffer(values!, dtype));
  }

  bufferSync<R extends Rank, D extends DataType>(tensor: TensorInfo): TensorBuffer<R, D> {
    const values = this.readSync(tensor.dataId);
    const decoded =
      tensor.dtype === 'string' ? (values as Uint8Array[]).map((text) => util.decodeString(text)) : values;
    return buffer(tensor.shape as never, tensor.dtype as D, decoded as never);
  }

  makeOutput<T extends Tensor>(values: Values, shape: number[], dtype: DataType): T {
    return engine().makeTensorFromTensorInfo(this.makeTensorInfo(shape, dtype, values), this) as T;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const data = this.data.get(dataId);
    data.refCount -= 1;
    if (!force && data.refCount > 0) return false;
    if (data.complexTensorInfos) {
      this.disposeData(data.complexTensorInfos.real.dataId, true);
      this.disposeData(data.complexTensorInfos.imag.dataId, true);
    }
    this.data.delete(dataId);
    this.#attachments.deleteAll(dataId);
    if (data.block) this.arena.free(data.block);
    return true;
  }

  disposeIntermediateTensorInfo(tensor: TensorInfo): void {
    this.disposeData(tensor.dataId);
  }

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    const start = util.now();
    f();
    return { kernelMs: util.now() - start };
  }

  override memory() {
    const { bytesInUse, bytesPooled, highWater, capacity } = this.arena.statistics();
    return {
      unreliable: false,
      reasons: [],
      numBytesInArena: bytesInUse,
      numBytesPooled: bytesPooled,
      numBytesHighWater: highWater,
      numBytesReserved: capacity,
      numBytesAttached: this.#attachments.bytes,
    };
  }

  where(condition: Tensor): Tensor2D {
    return kernel_impls.whereImpl(condition.shape, this.readSync(condition.dataId) as Uint8Array);
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return super.epsilon();
  }

  /** Forgets all data and ends the threads. tfjs calls it when the backend is removed. */
  override dispose(): void {
    this.#team.dispose();
    this.#attachments.clear();
    this.data = new DataStorage(this, engine());
  }

  #warnOfLittleMemory(): void {
    const asked = this.options.memoryLimit ?? DEFAULT_MEMORY_LIMIT;
    const { capacity } = this.arena.statistics();
    // Whole pages are granted of what was asked for, or of its half, its quarter, …
    if (capacity > asked / 2) return;
    this.#warn(
      `[ort] the system grants ${mebibytes(capacity)} of the ${mebibytes(asked)} MiB of memory for tensors: free memory, raise ` +
        "the limit of this process's address space, or use small batches.",
    );
  }

  #store(dtype: DataType, content: Pick<TensorData, 'values' | 'block'>): DataId {
    const dataId = {};
    this.data.set(dataId, { ...content, dtype, refCount: 1 });
    return dataId;
  }

  #makeOutput(shape: number[], values: Float32Array, block: Float32Array | undefined): Output {
    const info: TensorInfo = { dataId: this.#store('float32', { values, block }), shape, dtype: 'float32' };
    this.#call?.outputs.push(info);
    return { info, values };
  }

  #copyOf(values: Values): Pick<TensorData, 'values' | 'block'> {
    const block = values instanceof Float32Array ? this.#allocate(values.length) : undefined;
    if (!block) return { values: copyOfValues(values) };
    block.set(values as Float32Array);
    return { values: block, block };
  }

  /** A buffer of the arena; what is attached to tensors makes room for it. */
  #allocate(floats: number): Float32Array | undefined {
    let view = this.arena.alloc(floats);
    while (!view && this.#attachments.evict()) view = this.arena.alloc(floats);
    return view;
  }

  #demand(floats: number): Float32Array {
    const view = this.#allocate(floats);
    if (view) return view;
    const { bytesInUse, capacity } = this.arena.statistics();
    throw new ArenaExhaustedError(floats * Float32Array.BYTES_PER_ELEMENT, capacity, bytesInUse);
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
