import { pathToFileURL } from 'node:url';
import { type InstalledPackage, installed, release } from './find-package.js';
import { tensorflowEngine } from './tensorflow-engine.js';
import { type TensorFlow, use } from './use-backend.js';

interface Dawn {
  create(options: readonly string[]): object;
  globals: object;
}

/** A GPU by WebGPU, which the package `webgpu` brings to Node. */
export const webgpu = tensorflowEngine({
  name: 'webgpu',
  trains: 'none',
  device: 'gpu',
  multithreaded: true,
  async startBackend({ folder }) {
    const [dawn, backend] = ['webgpu', '@tensorflow/tfjs-backend-webgpu'].map((name) =>
      installed(name, folder, `npm install webgpu @tensorflow/tfjs-backend-webgpu@${release}`),
    ) as [InstalledPackage, InstalledPackage];
    const { create, globals } = (await import(pathToFileURL(dawn.require.resolve(dawn.folder)).href)) as Dawn;
    Object.assign(globalThis, globals);
    // The backend looks for this before it uses WebGPU.
    Object.assign(globalThis, { window: globalThis });
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
    const tf = backend.require('@tensorflow/tfjs-core') as TensorFlow;
    backend.require(backend.folder);
    await use(tf, 'webgpu');
    return { tf, version: `tfjs-backend-webgpu ${backend.version}, webgpu ${dawn.version}`, threads: null };
  },
});
