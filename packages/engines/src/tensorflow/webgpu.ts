import { installed } from './find-package.js';
import { tensorflowEngine } from './tensorflow-engine.js';
import { type TensorFlow, use } from './use-backend.js';

const PACKAGE = '@cifarlab/tfjs-node-webgpu';

interface WebGpu {
  readonly adapter: { readonly name: string };
}

/** The part of that package which is used here. */
interface NodeWebGpu {
  startWebGpu(options: { software: boolean; onError?: ((message: string) => void) | undefined }): Promise<WebGpu>;
  startedWebGpu(): WebGpu | undefined;
}

/** A GPU by WebGPU; one that computes on the CPU only if `CIFARLAB_WEBGPU_SOFTWARE` is 1. */
export const webgpu = tensorflowEngine({
  name: 'webgpu',
  trains: 'convolutional',
  device: 'gpu',
  multithreaded: true,
  async startBackend({ folder, onWarning }) {
    const found = installed(PACKAGE, folder, `npm install ${PACKAGE}`);
    const tf = found.require('@tensorflow/tfjs-core') as TensorFlow;
    const { startWebGpu, startedWebGpu } = found.require(found.folder) as NodeWebGpu;
    const software = process.env.CIFARLAB_WEBGPU_SOFTWARE === '1';
    const { adapter } = startedWebGpu() ?? (await startWebGpu({ software, onError: onWarning }));
    await use(tf, 'webgpu');
    return { tf, version: `${adapter.name}, tfjs-node-webgpu ${found.version}`, threads: null };
  },
});
