import { tensorflowEngine } from './tensorflow-engine.js';
import { use } from './use-backend.js';

/** TensorFlow.js's own JavaScript. */
export const cpu = tensorflowEngine({
  name: 'cpu',
  trains: 'convolutional',
  device: 'cpu',
  multithreaded: false,
  async startBackend() {
    const tf = await import('@tensorflow/tfjs-core');
    const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
    await use(tf, 'cpu');
    return { tf, version: `tfjs-backend-cpu ${version_cpu}`, threads: 1 };
  },
});
