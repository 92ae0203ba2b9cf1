import { installed, release } from './find-package.js';
import { tensorflowEngine } from './tensorflow-engine.js';
import { type TensorFlow, use } from './use-backend.js';

interface WasmBackend {
  setThreadsCount(count: number): void;
  getThreadsCount(): number;
}

/** TensorFlow.js's own WebAssembly; it lacks the gradients of convolutions. */
export const wasm = tensorflowEngine({
  name: 'wasm',
  trains: 'dense',
  device: 'cpu',
  multithreaded: true,
  async startBackend({ folder, threads }) {
    const remedy = `npm install @tensorflow/tfjs-backend-wasm@${release} @tensorflow/tfjs-core@${release}`;
    const backend = installed('@tensorflow/tfjs-backend-wasm', folder, remedy);
    const tf = backend.require('@tensorflow/tfjs-core') as TensorFlow;
    const { setThreadsCount, getThreadsCount } = backend.require(backend.folder) as WasmBackend;
    if (threads !== undefined) setThreadsCount(threads);
    await use(tf, 'wasm');
    return { tf, version: `tfjs-backend-wasm ${backend.version}`, threads: getThreadsCount() };
  },
});
