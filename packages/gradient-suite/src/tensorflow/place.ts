import { getBackend, getKernel, ready, setBackend } from '@tensorflow/tfjs-core';
// Registers the gradients of TensorFlow.js's operations.
import '@tensorflow/tfjs-layers';
import type { TensorflowCase } from '../gradient-case.js';

/** Place where a gradient is computed. */
export interface Place {
  /** The name that TensorFlow.js has for the backend. */
  readonly backend: string;
  /** The result's `code`. */
  readonly code: string;
}

/**
 * Returns where a gradient in TensorFlow.js is computed, with the backend in use or beside it.
 *
 * @param name what results call the backend in use.
 * @returns undefined if that backend does not have it.
 */
export function placeOf({ code, backend }: TensorflowCase, name: string): Place | undefined {
  const used = getBackend();
  switch (backend) {
    case 'any':
      return { backend: used, code: `${code} on ${name}` };
    case 'ops': {
      const hasKernel = getKernel('CifarlabBatchNormTrainingGrad', used) != null;
      return hasKernel ? { backend: 'cpu', code: `${code} on cpu` } : { backend: used, code: `${code} on ${name}` };
    }
    case 'ort':
      return used === 'ort' ? { backend: used, code } : undefined;
  }
}

/** Runs something while TensorFlow.js computes with another backend. */
export async function withBackend<T>(backend: string, body: () => T): Promise<T> {
  const before = getBackend();
  await setBackend(backend);
  try {
    return body();
  } finally {
    await setBackend(before);
  }
}

/**
 * Starts the backend in use, if it has not started.
 *
 * @returns its name.
 * @throws Error when there is none.
 */
export async function backendInUse(): Promise<string> {
  await ready();
  return getBackend();
}
