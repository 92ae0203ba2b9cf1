import { pathToFileURL } from 'node:url';
import type { ProbeOptions, TensorflowBackend } from './backend.js';
import { findPackage, type InstalledPackage } from './find-package.js';

export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** TensorFlow.js with the backend in use. */
export interface StartedTensorflow {
  tf: TensorFlow;
  /** The software that computes, with its version. */
  version: string;
  threads: number | null;
}

type Start = (options: ProbeOptions) => Promise<StartedTensorflow>;

/** Releases of TensorFlow.js that go with the one here. */
const release = '4.22.0';

/**
 * Starts a backend of TensorFlow.js in this process.
 *
 * @throws Error with the reason when it is not to be had here, and what turns it on.
 */
export function startTensorflow(name: TensorflowBackend, options: ProbeOptions): Promise<StartedTensorflow> {
  return starts[name](options);
}

const starts: Record<TensorflowBackend, Start> = {
  async ort({ threads }) {
    const tf = await import('@tensorflow/tfjs-core');
    const { ortRuntime } = await import('@cifarlab/ort-runtime');
    const { registerOrtBackend } = await import('@cifarlab/tfjs-backend-ort');
    const runtime = ortRuntime(threads === undefined ? {} : { threads });
    registerOrtBackend();
    await use(tf, 'ort');
    return { tf, version: `ONNX Runtime ${runtime.version}`, threads: runtime.threads };
  },

  async 'tfjs-node-gpu'(options) {
    const started = await startTfjsNode('tfjs-node-gpu', 'it needs an NVIDIA GPU with CUDA 11 and cuDNN 8', options);
    // Without a GPU the package computes on the CPU and says so nowhere.
    if (!(started.tf.backend() as unknown as TfjsNodeBackend).isUsingGpuDevice) {
      throw new Error(
        '@tensorflow/tfjs-node-gpu finds no GPU that it can use; it needs an NVIDIA GPU with CUDA 11 and cuDNN 8, and their folders in the path of libraries',
      );
    }
    return started;
  },

  'tfjs-node': (options) => startTfjsNode('tfjs-node', "its install script downloads TensorFlow's library", options),

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

async function startTfjsNode(
  name: 'tfjs-node' | 'tfjs-node-gpu',
  note: string,
  { folder }: ProbeOptions,
): Promise<StartedTensorflow> {
  const found = installed(`@tensorflow/${name}`, folder, `npm install @tensorflow/${name}@${release}`, note);
  const tf = found.require(found.folder) as TensorFlow;
  await use(tf, 'tensorflow');
  const { binding } = tf.backend() as unknown as TfjsNodeBackend;
  return { tf, version: `${name} ${found.version}, TensorFlow ${binding.TF_Version}`, threads: null };
}

function installed(name: string, folder: string, remedy: string, note?: string): InstalledPackage {
  const found = findPackage(name, folder);
  if (found) return found;
  throw new Error(`${name} is not installed in ${folder}; turn it on with: ${remedy}${note ? ` (${note})` : ''}`);
}

async function use(tf: TensorFlow, backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its backend "${backend}"`);
}

interface TfjsNodeBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

interface WasmBackend {
  setThreadsCount(count: number): void;
  getThreadsCount(): number;
}

interface Dawn {
  create(options: readonly string[]): object;
  globals: object;
}
