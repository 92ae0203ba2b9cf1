import {
  type backend_util,
  DataStorage,
  type DataType,
  engine,
  type KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Arena } from './arena.js';
import { ArenaExhaustedError } from './arena-exhausted-error.js';
import { Attachments } from './attachments.js';
import { copyOfValues } from './tensor-values.js';

/** The key by which TensorFlow.js knows a tensor's data. */
export type DataId = TensorInfo['dataId'];
/** A tensor's values, in any type. */
export type Values = backend_util.BackendValues;

/** A tensor's data. */
export interface TensorData {
  values?: Values;
  dtype: DataType;
  refCount: number;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  /** The buffer of the arena that holds the values, when one does: this tensor's alone. */
  block?: Float32Array;
}

/** Values, and the buffer of the arena that they lie in. */
type Content = Pick<TensorData, 'values' | 'block'>;

/**
 * The data of tensors, in typed arrays; of float32 ones in an arena, where WebAssembly and native code reach them. A
 * buffer of the arena belongs to exactly one tensor and goes back with it.
 */
export class TensorStore {
  /** The memory of float32 tensors. */
  readonly arena: Arena;
  /** Values kept beside tensors, which give way to them when memory runs short. */
  readonly attachments: Attachments;
  readonly #backend: KernelBackend;
  #data: DataStorage<TensorData>;

  /**
   * @param backend the one that tfjs asks for data that are elsewhere.
   * @param cacheLimit bytes of the arena that attachments may take.
   */
  constructor(backend: KernelBackend, arena: Arena, cacheLimit: number) {
    this.arena = arena;
    this.attachments = new Attachments(cacheLimit);
    this.#backend = backend;
    this.#data = new DataStorage(backend, engine());
  }

  /** The tensors' data by their id, as the kernels of tfjs's cpu backend want them. */
  get data(): DataStorage<TensorData> {
    return this.#data;
  }

  /** Keeps the data of a new tensor. */
  add(dtype: DataType, content: Content): DataId {
    const dataId = {};
    this.#data.set(dataId, { ...content, dtype, refCount: 1 });
    return dataId;
  }

  /** Copies values: float32 ones into the arena, when they fit. */
  copyOf(values: Values): Content {
    const block = values instanceof Float32Array ? this.allocate(values.length) : undefined;
    if (!block) return { values: copyOfValues(values) };
    block.set(values as Float32Array);
    return { values: block, block };
  }

  /**
   * Returns the values of a float32 tensor, wherever they are. Not to be written to.
   *
   * @throws TypeError for a tensor of another type.
   */
  floats(dataId: DataId): Float32Array {
    const data = this.#data.get(dataId);
    if (data.dtype !== 'float32') {
      throw new TypeError(`[ort] floats of a ${data.dtype} tensor: a kernel leaves those to the cpu kernel`);
    }
    if (!(data.values instanceof Float32Array)) data.values = Float32Array.from(data.values as ArrayLike<number>);
    return data.values;
  }

  /**
   * Returns the values of a float32 tensor in the arena, where they stay once moved there. Not to be written to.
   *
   * @throws ArenaExhaustedError when they do not fit; TypeError for a tensor of another type.
   */
  arenaFloats(dataId: DataId): Float32Array {
    const data = this.#data.get(dataId);
    if (data.block) return data.block;
    const values = this.floats(dataId);
    const block = this.demand(values.length);
    block.set(values);
    data.block = block;
    data.values = block;
    return block;
  }

  /** Returns a buffer of the arena; values attached to tensors make room for it. */
  allocate(floats: number): Float32Array | undefined {
    let view = this.arena.alloc(floats);
    while (!view && this.attachments.evict()) view = this.arena.alloc(floats);
    return view;
  }

  /** Works like `allocate`. @throws ArenaExhaustedError when there is no room. */
  demand(floats: number): Float32Array {
    const view = this.allocate(floats);
    if (view) return view;
    const { bytesInUse, capacity } = this.arena.statistics();
    throw new ArenaExhaustedError(floats * Float32Array.BYTES_PER_ELEMENT, capacity, bytesInUse);
  }

  /** Counts one reference less, and gives the data back with the last one. @returns whether they are gone. */
  dispose(dataId: DataId, force: boolean): boolean {
    if (!this.#data.has(dataId)) return true;
    const data = this.#data.get(dataId);
    data.refCount -= 1;
    if (!force && data.refCount > 0) return false;
    if (data.complexTensorInfos) {
      this.dispose(data.complexTensorInfos.real.dataId, true);
      this.dispose(data.complexTensorInfos.imag.dataId, true);
    }
    this.#data.delete(dataId);
    this.attachments.deleteAll(dataId);
    if (data.block) this.arena.free(data.block);
    return true;
  }

  /** Forgets all data. */
  clear(): void {
    this.attachments.clear();
    this.#data = new DataStorage(this.#backend, engine());
  }
}
