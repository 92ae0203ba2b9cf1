import { findBackendFactory, getBackend, getKernel, ready, setBackend } from '@tensorflow/tfjs-core';
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
 * @returns undefined if that backend does not have it, or has a kernel in place of the ops and there is no `cpu`.
 */
export function placeOf({ code, backend, onWebGpu }: TensorflowCase, name: string): Place | undefined {
  const used = getBackend();
  switch (backend) {
    case 'any':
      return { backend: used, code: `${code} on ${name}` };
    case 'ops': {
      const hasKernel = getKernel('CifarlabBatchNormTrainingGrad', used) != null;
      if (!hasKernel) return { backend: used, code: `${code} on ${name}` };
      return findBackendFactory('cpu') == null ? undefined : { backend: 'cpu', code: `${code} on cpu` };
    }
    case 'ort':
      if (used === 'webgpu' && onWebGpu !== undefined) return { backend: used, code: onWebGpu };
      return used === 'ort' ? { backend: used, code } : undefined;
  }
}

/** Runs something while TensorFlow.js computes with another backend. */
export async function withBackend<T>(backend: string, body: () => T | Promise<T>): Promise<T> {
  const before = getBackend();
  await setBackend(backend);
  try {
    return await body();
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
