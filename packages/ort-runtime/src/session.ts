import { ELEMENT_TYPE, elementTypeOf } from './data-type.js';
import type { CApi } from './native/c-api.js';
import type { TensorView } from './tensor-view.js';

const MAX_RANK = 16;

/** What a session needs of the runtime that made it. */
export interface SessionContext {
  readonly api: CApi;
  /** Address of the `OrtMemoryInfo` that says "plain CPU memory". */
  readonly memoryInfo: number;
}

/** A loaded model, run synchronously over the caller's memory. Made by {@link OrtRuntime.session}. */
export class OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  #handle: number;
  readonly #context: SessionContext;
  /** The names as C strings, and the array of pointers to them; kept because ONNX Runtime reads them at every run. */
  readonly #names: readonly Uint8Array[];
  readonly #namePointers: BigUint64Array;
  readonly #namePointersAddress: number;
  /** Pointers to the tensors of the run in progress. */
  readonly #values: BigUint64Array;
  readonly #valuesAddress: number;
  readonly #dims = new BigInt64Array(MAX_RANK);
  readonly #dimsAddress: number;
  readonly #cell = new BigUint64Array(1);
  readonly #cellAddress: number;

  /** @internal */
  constructor(context: SessionContext, handle: number, inputNames: readonly string[], outputNames: readonly string[]) {
    const { addressOf } = context.api;
    this.#context = context;
    this.#handle = handle;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
    this.#names = [...inputNames, ...outputNames].map((name) => new TextEncoder().encode(`${name}\0`));
    this.#namePointers = BigUint64Array.from(this.#names, (name) => BigInt(addressOf(name)));
    this.#namePointersAddress = addressOf(this.#namePointers);
    this.#values = new BigUint64Array(this.#names.length);
    this.#valuesAddress = addressOf(this.#values);
    this.#dimsAddress = addressOf(this.#dims);
    this.#cellAddress = addressOf(this.#cell);
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
      for (let i = 0; i < made; i++) api.functions.releaseValue(Number(this.#values[i]));
    }
    api.check(status);
  }

  /** Frees the model. A run after this throws; disposing again does nothing. */
  dispose(): void {
    if (this.#handle !== 0) this.#context.api.functions.releaseSession(this.#handle);
    this.#handle = 0;
  }

  #assertCount(kind: string, count: number, names: readonly string[]): void {
    if (count !== names.length) {
      throw new RangeError(
        `Got ${count} ${kind} tensors for a model with ${names.length} (${names.join(', ')}); give one for each name.`,
      );
    }
  }

  #makeValue(index: number, { data, dims, type }: TensorView, name: string): void {
    const elementType = type === 'bool' ? ELEMENT_TYPE.bool : elementTypeOf(data);
    if (elementType === undefined) {
      throw new TypeError(`Tensor ${name} lies in ${data?.constructor?.name}, which ONNX has no type for.`);
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
    const { api, memoryInfo } = this.#context;
    api.check(
      api.functions.createTensorWithData(
        memoryInfo,
        api.addressOf(data),
        data.byteLength,
        this.#dimsAddress,
        dims.length,
        elementType,
        this.#cellAddress,
      ),
    );
    this.#values[index] = this.#cell[0];
  }
}
