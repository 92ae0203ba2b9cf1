import { getBackend, getKernel, setBackend } from '@tensorflow/tfjs-core';
import type { Float32Case } from './gradient-case.js';
import { ortKernelCases } from './ort-kernel-cases.js';
import { batchNormCase, layerNormCase, learnerCase } from './tensor-cases.js';

/** A gradient in TensorFlow.js. */
export interface TensorCheck {
  subject: Float32Case;
  /** What TensorFlow.js calls the backend that is to compute it. */
  backend: string;
  /** Whether that is to be had here. */
  available: boolean;
}

const ACTIVATIONS = ['linear', 'relu'] as const;

/**
 * The hand-written gradients in TensorFlow.js: on the backend in use, but for what only another one computes. Where the
 * backend has a kernel of its own for a gradient that is written in ops too, `cpu` computes those.
 *
 * @param name what the command line calls the backend in use.
 */
export function tensorChecks(name: string): TensorCheck[] {
  const used = getBackend();
  const isOrt = used === 'ort';
  const hasKernel = getKernel('CifarlabBatchNormTrainingGrad', used) != null;
  const ops = hasKernel ? { backend: 'cpu', name: 'cpu' } : { backend: used, name };
  const onOrt = (subject: Float32Case) => ({ subject, backend: 'ort', available: isOrt });
  return [
    { subject: layerNormCase(name), backend: used, available: true },
    ...ACTIVATIONS.flatMap((activation) => [
      {
        subject: batchNormCase(activation, `tfjs-ops on ${ops.name}`),
        backend: ops.backend,
        available: true,
      },
      onOrt(batchNormCase(activation, 'tfjs-backend-ort')),
    ]),
    { subject: learnerCase(name), backend: used, available: true },
    ...ortKernelCases.map(onOrt),
  ];
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
