import { findPackage, type InstalledPackage } from './find-package.js';
import { reasonOf } from './reason.js';

export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** TensorFlow.js with the backend in use. */
export interface StartedTensorflow {
  tf: TensorFlow;
  /** The software that computes, with its version. */
  version: string;
  threads: number | null;
  /** Bytes that the backend has reserved for tensors; left out where it takes them from the machine as it goes. */
  memoryLimit?: number;
}

/** Releases of TensorFlow.js that go with the one here. */
export const release = '4.22.0';

/** @throws Error with the command that installs the package when it is not there. */
export function installed(name: string, folder: string, remedy: string, note?: string): InstalledPackage {
  const found = findPackage(name, folder);
  if (found) return found;
  throw new Error(`${name} is not installed in ${folder}; turn it on with: ${remedy}${note ? ` (${note})` : ''}`);
}

/** @throws Error with the reason when the backend is registered but cannot be started. */
export async function use(tf: TensorFlow, backend: string): Promise<void> {
  if (await tf.setBackend(backend)) return;
  const failed = `TensorFlow.js could not start its backend "${backend}"`;
  throw new Error(`${failed}: ${reasonOf(await whyNot(tf, backend))}`);
}

/** TensorFlow.js only warns of the reason, which its production mode silences; starting it once more gives it. */
async function whyNot(tf: TensorFlow, backend: string): Promise<unknown> {
  try {
    await tf.findBackendFactory(backend)?.();
    return 'it gives no reason';
  } catch (error) {
    return error;
  }
}
