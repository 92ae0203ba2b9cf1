import type { Engine, EngineOptions } from '../engine.js';
import { measureTensorflow } from '../measure/measure-tensorflow.js';
import { versionOf } from '../version-of.js';
import type { TensorFlow } from './use-backend.js';

/** TensorFlow.js with the backend in use. */
export interface StartedBackend {
  tf: TensorFlow;
  /** The software that computes, with its version. */
  version: string;
  threads: number | null;
  /** Bytes that the backend has reserved for tensors; left out if it takes them from the machine as it goes. */
  memoryLimit?: number;
}

type Described = Pick<Engine<'tensorflow.js'>, 'name' | 'trains' | 'device' | 'multithreaded'>;

/** Description of an engine of TensorFlow.js: its abilities, and how its backend is started. */
interface BackendDescription extends Described {
  /** Starts the backend in this process. If it cannot, throws an Error with the reason and what turns it on. */
  startBackend(options: EngineOptions & { folder: string }): Promise<StartedBackend>;
}

/** Makes a row of the registry for a backend of TensorFlow.js. */
export function tensorflowEngine({ startBackend, ...described }: BackendDescription): Engine<'tensorflow.js'> {
  return {
    ...described,
    family: 'tensorflow.js',
    recordName: `tfjs ${described.name}`,
    async start(options) {
      const { enableProdMode, version_core } = await import('@tensorflow/tfjs-core');
      // Registers the gradients of TensorFlow.js's operations.
      await import('@tensorflow/tfjs-layers');
      // Keeps TensorFlow.js from writing to the console, its advice to install another backend above all.
      enableProdMode();
      const { tf, version, threads, memoryLimit } = await startBackend(options);
      return {
        version,
        threads,
        memoryLimit,
        software: {
          ...versionOf('@cifarlab/tfjs-backend-ort'),
          '@tensorflow/tfjs-core': version_core,
          engine: version,
        },
        measure: (seconds) => measureTensorflow(tf, seconds),
      };
    },
  };
}
