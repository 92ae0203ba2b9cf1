import type { OrtRuntime } from '@cifarlab/ort-runtime';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  backend_util,
  buffer,
  type DataStorage,
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
import { Arena } from '../memory/arena.js';
import { DEFAULT_MEMORY_LIMIT } from '../memory/reserve-memory.js';
import { type DataId, type TensorData, TensorStore, type Values } from '../memory/tensor-store.js';
import { copyOfValues } from '../memory/tensor-values.js';
import { createSimdKernels } from '../simd/simd-kernels.js';
import { SIMD_WORKSPACE_BYTES, SimdTeam } from '../simd/simd-team.js';
import { KernelContext } from './kernel-context.js';
import { MemoryWarnings } from './memory-warnings.js';
import type { OrtBackendOptions } from './options.js';

/**
 * The face of the backend that tfjs-core and the kernels of tfjs's cpu backend see: tensors in typed arrays, as those
 * kernels expect them. The kernels of this package see `kernelContext`.
 *
 * An array that comes from the user is copied, and `read`, `readSync` and `bufferSync` return copies: a change to a
 * tensor never changes an array outside, nor the other way round.
 *
 * It has every member of tfjs's `MathBackendCPU`, which the cpu kernels work on, without being one: extending that class
 * would load the cpu backend's package, and loading it registers a backend.
 */
export class OrtBackend extends KernelBackend implements Pick<MathBackendCPU, keyof MathBackendCPU> {
  /** The means with which this package's kernels compute. */
  readonly kernelContext: KernelContext;
  /** The tensors' data, and their memory. */
  readonly tensors: TensorStore;
  /** Whether `makeTensorInfo` makes a tensor of the very values that it is given, at once. */
  readonly takesValues = true;
  /** Block size of tfjs's cpu kernels, which ask for it. */
  blockSize = 48;
  readonly #team: SimdTeam;

  constructor(runtime: OrtRuntime, options: OrtBackendOptions = {}) {
    super();
    const warnings = new MemoryWarnings(options.onWarning ?? ((message) => backend_util.warn(message)));
    const arena = new Arena({ memoryLimit: options.memoryLimit });
    const { capacity } = arena.statistics();
    warnings.ofLittle(capacity, options.memoryLimit ?? DEFAULT_MEMORY_LIMIT);
    this.tensors = new TensorStore(this, arena, options.cacheLimit ?? capacity / 8);
    // In a small memory, the threads' workspaces take a sixteenth at most, or one thread's.
    const threads = Math.max(1, Math.min(runtime.threads, Math.floor(capacity / 16 / SIMD_WORKSPACE_BYTES)));
    const workspace = this.tensors.demand((threads * SIMD_WORKSPACE_BYTES) / 4).byteOffset;
    this.#team = new SimdTeam(arena.memory, workspace, threads);
    const simd = createSimdKernels(this.#team);
    this.kernelContext = new KernelContext({ runtime, simd, tensors: this.tensors, options, warnings });
  }

  /** The tensors' data by their id. */
  get data(): DataStorage<TensorData> {
    return this.tensors.data;
  }

  /** Makes a tensor's data of the user's values, which are copied. */
  override write(values: Values, _shape: number[], dtype: DataType): DataId {
    return this.tensors.add(dtype, this.tensors.copyOf(values));
  }

  /** Makes a tensor of values that a kernel has just computed; they are copied only if another tensor owns them. */
  makeTensorInfo(shape: number[], dtype: DataType, values?: Values | string[]): TensorInfo {
    const encoded =
      dtype === 'string' && util.isString(values?.[0] as unknown as string)
        ? (values as string[]).map((text) => util.encodeString(text))
        : (values as Values | undefined);
    const { tensors } = this;
    const shared = ArrayBuffer.isView(encoded) && tensors.arena.owns(encoded);
    return { dataId: tensors.add(dtype, shared ? tensors.copyOf(encoded) : { values: encoded }), shape, dtype };
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
      const real = this.tensors.floats(complexTensorInfos.real.dataId);
      const imag = this.tensors.floats(complexTensorInfos.imag.dataId);
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
    return this.tensors.dispose(dataId, force);
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
    const { bytesInUse, bytesPooled, highWater, capacity } = this.tensors.arena.statistics();
    return {
      unreliable: false,
      reasons: [],
      numBytesInArena: bytesInUse,
      numBytesPooled: bytesPooled,
      numBytesHighWater: highWater,
      numBytesReserved: capacity,
      numBytesAttached: this.tensors.attachments.bytes,
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
    this.tensors.clear();
  }
}
