import { installed } from './find-package.js';
import { tensorflowEngine } from './tensorflow-engine.js';
import { type TensorFlow, use } from './use-backend.js';

const PACKAGE = '@cifarlab/tfjs-node-webgpu';

type NodeWebGpu = Pick<typeof import('@cifarlab/tfjs-node-webgpu'), 'startWebGpu' | 'startedWebGpu'>;

/** A GPU by WebGPU; one that computes on the CPU only if `CIFARLAB_WEBGPU_SOFTWARE` is 1. */
export const webgpu = tensorflowEngine({
  name: 'webgpu',
  trains: 'convolutional',
  device: 'gpu',
  multithreaded: true,
  async startBackend({ folder, onWarning }) {
    const found = installed(PACKAGE, folder, `npm install ${PACKAGE}`);
    const tf = found.require('@tensorflow/tfjs-core') as TensorFlow;
    const { startWebGpu, startedWebGpu } = await load(found);
    const software = process.env.CIFARLAB_WEBGPU_SOFTWARE === '1';
    const { adapter } = startedWebGpu() ?? (await startWebGpu({ software, onError: onWarning }));
    await use(tf, 'webgpu');
    return { tf, version: `${adapter.name}, tfjs-node-webgpu ${found.version}`, threads: null };
  },
});

/** Loads the package that this one finds, or else the one that is installed in the user's folder. */
async function load(found: ReturnType<typeof installed>): Promise<NodeWebGpu> {
  try {
    return await import('@cifarlab/tfjs-node-webgpu');
  } catch (error) {
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test((error as { code?: string }).code ?? '')) throw error;
    return found.require(found.folder) as NodeWebGpu;
  }
}
