/** Memory for one input or output of a model, read or written in place. */
export interface TensorView {
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;
  readonly dims: readonly number[];
  readonly type?: 'bool';
}

/** One loaded model. */
export interface OrtSession {
  run(inputs: TensorView[], outputs: TensorView[]): void;
  dispose(): void;
}

/** ONNX Runtime's native library. */
export interface OrtRuntime {
  readonly version: string;
  readonly threads: number;
  session(key: string, build: () => Uint8Array): OrtSession;
}

/** Loads the library. */
export function loadRuntime(_options: { threads?: number }): OrtRuntime {
  throw new Error('[ort] the library is not there');
}
