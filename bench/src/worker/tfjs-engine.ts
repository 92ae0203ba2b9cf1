import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of TensorFlow.js's ops.
import '@tensorflow/tfjs-layers';
import { convNetEvaluation, convNetStep } from './convnet-tasks.js';
import { mlpStep } from './mlp-task.js';
import type { EngineOptions } from './start-engine.js';
import type { Engine } from './task.js';
import { kernelTasks } from './tfjs-kernels.js';

/** TensorFlow.js on one of its backends. */
export async function startTfjsEngine(name: 'ort' | 'tfjs-cpu' | 'tfjs-wasm', options: EngineOptions): Promise<Engine> {
  const backend = await BACKENDS[name](options);
  if (!(await tf.setBackend(backend.name))) throw new Error(`TensorFlow.js's backend '${backend.name}' does not start`);
  return {
    version: `TensorFlow.js ${tf.version_core}${backend.remark}`,
    threads: backend.threads(),
    workloads: {
      'convnet-step': convNetStep,
      'convnet-eval': convNetEvaluation,
      'mlp-step': mlpStep,
      ...kernelTasks,
    },
    tensors() {
      const { numTensors, numBytes } = tf.memory();
      return { tensors: numTensors, tensorBytes: numBytes };
    },
  };
}

const BACKENDS = {
  async ort({ threads, convolution }: EngineOptions) {
    const { registerOrtBackend } = await import('@cifarlab/tfjs-backend-ort');
    const { ortRuntime } = await import('@cifarlab/ort-runtime');
    registerOrtBackend({ threads, convolution });
    const runtime = ortRuntime();
    return {
      name: 'ort',
      remark: ` on ONNX Runtime ${runtime.version}`,
      threads: () => runtime.threads,
    };
  },
  async 'tfjs-cpu'() {
    await import('@tensorflow/tfjs-backend-cpu');
    return { name: 'cpu', remark: ', its cpu backend', threads: () => 1 };
  },
  async 'tfjs-wasm'({ threads }: EngineOptions) {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setThreadsCount(threads);
    return { name: 'wasm', remark: ', its wasm backend', threads: () => wasm.getThreadsCount() };
  },
};
