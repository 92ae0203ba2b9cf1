import { pathToFileURL } from 'node:url';
import type { OrtBackend } from '@cifarlab/tfjs-backend-ort';
import type { ProbeOptions, TensorflowBackend } from './backend.js';
import type { InstalledPackage } from './find-package.js';
import { installed, release, type StartedTensorflow, type TensorFlow, use } from './tensorflow-package.js';
import { startTfjsNode } from './tfjs-node/start-tfjs-node.js';

type Start = (options: ProbeOptions) => Promise<StartedTensorflow>;

/**
 * Starts a backend of TensorFlow.js in this process.
 *
 * @throws Error with the reason when it is not to be had here, and what turns it on.
 */
export function startTensorflow(name: TensorflowBackend, options: ProbeOptions): Promise<StartedTensorflow> {
  return starts[name](options);
}

const starts: Record<TensorflowBackend, Start> = {
  async ort({ threads, onWarning }) {
    const tf = await import('@tensorflow/tfjs-core');
    const { ortRuntime } = await import('@cifarlab/ort-runtime');
    const { registerOrtBackend } = await import('@cifarlab/tfjs-backend-ort');
    const runtime = ortRuntime(threads === undefined ? {} : { threads });
    registerOrtBackend(onWarning === undefined ? {} : { onWarning });
    await use(tf, 'ort');
    const { numBytesReserved } = (tf.backend() as OrtBackend).memory();
    return { tf, version: `ONNX Runtime ${runtime.version}`, threads: runtime.threads, memoryLimit: numBytesReserved };
  },

  'tfjs-node-gpu': (options) => startTfjsNode('tfjs-node-gpu', options),

  'tfjs-node': (options) => startTfjsNode('tfjs-node', options),

  async webgpu({ folder }) {
    const [dawn, backend] = ['webgpu', '@tensorflow/tfjs-backend-webgpu'].map((name) =>
      installed(name, folder, `npm install webgpu @tensorflow/tfjs-backend-webgpu@${release}`),
    ) as [InstalledPackage, InstalledPackage];
    const { create, globals } = (await import(pathToFileURL(dawn.require.resolve(dawn.folder)).href)) as Dawn;
    Object.assign(globalThis, globals);
    // What the backend looks for before it believes in WebGPU.
    Object.assign(globalThis, { window: globalThis });
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
    const tf = backend.require('@tensorflow/tfjs-core') as TensorFlow;
    backend.require(backend.folder);
    await use(tf, 'webgpu');
    return { tf, version: `tfjs-backend-webgpu ${backend.version}, webgpu ${dawn.version}`, threads: null };
  },

  async wasm({ folder, threads }) {
    const remedy = `npm install @tensorflow/tfjs-backend-wasm@${release} @tensorflow/tfjs-core@${release}`;
    const backend = installed('@tensorflow/tfjs-backend-wasm', folder, remedy);
    const tf = backend.require('@tensorflow/tfjs-core') as TensorFlow;
    const { setThreadsCount, getThreadsCount } = backend.require(backend.folder) as WasmBackend;
    if (threads !== undefined) setThreadsCount(threads);
    await use(tf, 'wasm');
    return { tf, version: `tfjs-backend-wasm ${backend.version}`, threads: getThreadsCount() };
  },

  async cpu() {
    const tf = await import('@tensorflow/tfjs-core');
    const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
    await use(tf, 'cpu');
    return { tf, version: `tfjs-backend-cpu ${version_cpu}`, threads: 1 };
  },
};

interface WasmBackend {
  setThreadsCount(count: number): void;
  getThreadsCount(): number;
}

interface Dawn {
  create(options: readonly string[]): object;
  globals: object;
}
