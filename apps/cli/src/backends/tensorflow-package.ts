import { findPackage, type InstalledPackage } from './find-package.js';

export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** TensorFlow.js with the backend in use. */
export interface StartedTensorflow {
  tf: TensorFlow;
  /** The software that computes, with its version. */
  version: string;
  threads: number | null;
}

/** Releases of TensorFlow.js that go with the one here. */
export const release = '4.22.0';

/** @throws Error with the command that installs the package when it is not there. */
export function installed(name: string, folder: string, remedy: string, note?: string): InstalledPackage {
  const found = findPackage(name, folder);
  if (found) return found;
  throw new Error(`${name} is not installed in ${folder}; turn it on with: ${remedy}${note ? ` (${note})` : ''}`);
}

/** @throws Error when the backend is registered but cannot be started. */
export async function use(tf: TensorFlow, backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its backend "${backend}"`);
}
