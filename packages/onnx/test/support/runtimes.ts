import type { InferenceSession, Tensor } from 'onnxruntime-node';

/** The outputs of a model for images, [count, classes] each. */
interface Outputs {
  logits: Float32Array;
  probabilities: Float32Array;
}

/** Runs a model on bytes [count, side, side, 3] in a runtime. */
export type RunModel = (model: Uint8Array, bytes: Uint8Array, shape: readonly number[]) => Promise<Outputs>;

/** Exports that both packages have. */
interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options?: object): Promise<InferenceSession> };
  Tensor: new (type: 'uint8', data: Uint8Array, shape: readonly number[]) => Tensor;
}

async function runIn(ort: OnnxRuntime, model: Uint8Array, bytes: Uint8Array, shape: readonly number[]) {
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  try {
    const { logits, probabilities } = await session.run({ images: new ort.Tensor('uint8', bytes, shape) });
    return { logits: logits!.data as Float32Array, probabilities: probabilities!.data as Float32Array };
  } finally {
    await session.release();
  }
}

/** onnxruntime-node. */
export const runInNode: RunModel = async (...model) => runIn((await import('onnxruntime-node')) as never, ...model);

/** onnxruntime-web, its WebAssembly. */
export const runInWeb: RunModel = async (...model) => {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return runIn(ort as never, ...model);
};
