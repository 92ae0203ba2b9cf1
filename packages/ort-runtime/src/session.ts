import { elementTypeOf, type TensorData } from './data-type.js';
import type { CApi } from './native/c-api.js';
import type { TensorView } from './tensor-view.js';

const MAX_RANK = 16;

/** The part of the runtime that a session needs. */
export interface SessionContext {
  readonly api: CApi;
  /** Address of the `OrtMemoryInfo` that says "plain CPU memory". */
  readonly memoryInfo: number;
}

/** A loaded model, run synchronously over the caller's memory. Made by {@link OrtRuntime.session}. */
export class OrtSession {
  /** Names of the inputs, in the order of `run`. */
  readonly inputNames: readonly string[];
  /** Names of the outputs, in the order of `run`. */
  readonly outputNames: readonly string[];
  #handle: number;
  readonly #context: SessionContext;
  /** The names as C strings, and the array of pointers to them; kept because ONNX Runtime reads them at every run. */
  readonly #names: readonly Uint8Array[];
  readonly #namePointers: BigUint64Array;
  readonly #namePointersAddress: number;
  /** Pointers to the tensors of the run in progress, written by ONNX Runtime. */
  readonly #values: BigUint64Array;
  readonly #valuesAddress: number;
  readonly #dims = new BigInt64Array(MAX_RANK);
  readonly #dimsAddress: number;
  /** The memory of the run in progress: an optimising compiler may take it for dead once its address is known. */
  readonly #memory: (TensorData | undefined)[];
  readonly #onDispose: () => void;

  /** @internal */
  constructor(
    context: SessionContext,
    handle: number,
    inputNames: readonly string[],
    outputNames: readonly string[],
    onDispose: () => void,
  ) {
    const { addressOf } = context.api;
    this.#context = context;
    this.#handle = handle;
    this.#onDispose = onDispose;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
    this.#names = [...inputNames, ...outputNames].map((name) => new TextEncoder().encode(`${name}\0`));
    this.#namePointers = BigUint64Array.from(this.#names, (name) => BigInt(addressOf(name)));
    this.#namePointersAddress = addressOf(this.#namePointers);
    this.#values = new BigUint64Array(this.#names.length);
    this.#valuesAddress = addressOf(this.#values);
    this.#dimsAddress = addressOf(this.#dims);
    this.#memory = this.#names.map(() => undefined);
  }

  /**
   * Runs the model: reads the inputs where they lie and writes the outputs into the memory given for them. Nothing is
   * copied and nothing is kept. An output may share memory with an input only where the model's operation allows it.
   *
   * @param inputs one view per input, in the order of {@link inputNames}.
   * @param outputs one view per output, in the order of {@link outputNames}, of the shape that the model computes.
   * @throws RangeError when the number of tensors or the length of one does not fit, TypeError for memory of a type that
   *   ONNX has not, {@link OrtError} with ONNX Runtime's message when it refuses, Error after {@link dispose}.
   */
  run(inputs: readonly TensorView[], outputs: readonly TensorView[]): void {
    if (this.#handle === 0) throw new Error('The session was disposed of; make another one.');
    this.#assertCount('input', inputs.length, this.inputNames);
    this.#assertCount('output', outputs.length, this.outputNames);
    const { api } = this.#context;
    const n = inputs.length;
    let made = 0;
    let status: number;
    try {
      for (; made < n; made++) this.#makeValue(made, inputs[made], this.inputNames[made]);
      for (; made < n + outputs.length; made++) {
        this.#makeValue(made, outputs[made - n], this.outputNames[made - n]);
      }
      status = api.functions.run(
        this.#handle,
        0,
        this.#namePointersAddress,
        this.#valuesAddress,
        n,
        this.#namePointersAddress + 8 * n,
        outputs.length,
        this.#valuesAddress + 8 * n,
      );
    } finally {
      for (let i = 0; i < made; i++) {
        api.functions.releaseValue(Number(this.#values[i]));
        this.#memory[i] = undefined;
      }
    }
    api.check(status);
  }

  /** Frees the model and forgets its key. A run after this throws; disposing again does nothing. */
  dispose(): void {
    if (this.#handle === 0) return;
    this.#context.api.functions.releaseSession(this.#handle);
    this.#handle = 0;
    this.#onDispose();
  }

  #assertCount(kind: string, count: number, names: readonly string[]): void {
    if (count !== names.length) {
      throw new RangeError(
        `Got ${count} ${kind} tensors for a model with ${names.length} (${names.join(', ')}); give one for each name.`,
      );
    }
  }

  #makeValue(index: number, { data, dims, type }: TensorView, name: string): void {
    const elementType = elementTypeOf(data, type);
    if (elementType === undefined) {
      const found = Object.prototype.toString.call(data).slice(8, -1);
      throw new TypeError(
        type === undefined
          ? `Tensor ${name} lies in ${found}, which ONNX has no type for; give a typed array of numbers or BigInts.`
          : `Tensor ${name} is declared ${type} and lies in ${found}; give a Uint8Array of zeros and ones.`,
      );
    }
    if (dims.length > MAX_RANK) {
      throw new RangeError(`Tensor ${name} has ${dims.length} dimensions; give at most ${MAX_RANK}.`);
    }
    let size = 1;
    for (let d = 0; d < dims.length; d++) {
      const dim = dims[d];
      if (!(dim >= 0 && Number.isInteger(dim))) {
        throw new RangeError(`Tensor ${name} has shape [${dims}]; give whole numbers of at least 0.`);
      }
      size *= dim;
      this.#dims[d] = BigInt(dim);
    }
    if (size !== data.length) {
      throw new RangeError(
        `Tensor ${name} of shape [${dims}] has ${size} elements, and its memory ${data.length}; give memory of that very length.`,
      );
    }
    this.#memory[index] = data;
    const { api, memoryInfo } = this.#context;
    api.check(
      api.functions.createTensorWithData(
        memoryInfo,
        api.addressOf(data),
        data.byteLength,
        this.#dimsAddress,
        dims.length,
        elementType,
        this.#valuesAddress + 8 * index,
      ),
    );
  }
}
