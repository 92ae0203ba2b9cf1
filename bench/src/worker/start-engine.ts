import { fileURLToPath } from 'node:url';
import { EngineError, engines, startEngine } from '@cifarlab/engines';
import { isNodeEngine, NODE_ENGINES, type NodeEngineName } from '../node-engines.js';
import type { EngineName } from '../protocol.js';
import { UnsupportedError } from '../unsupported-error.js';
import type { Engine } from './task.js';

export interface EngineOptions {
  threads: number;
  /** How `ort` does its 3x3 convolutions. */
  convolution: 'auto' | 'im2col' | 'winograd' | 'winograd-2x2';
}

/** Folder of the packages that only measurements need. */
const folder = fileURLToPath(new URL('.', import.meta.url));

/**
 * Loads an engine, and nothing of the others, whose code would count in the memory.
 *
 * @throws UnsupportedError with the reason when it does not work here; RangeError for one that is not in Node.
 */
export async function startWorkerEngine(name: EngineName, { threads, convolution }: EngineOptions): Promise<Engine> {
  if (!isNodeEngine(name)) {
    throw new RangeError(`'${name}' is not an engine of this worker; give ${Object.keys(NODE_ENGINES).join(', ')}.`);
  }
  const { family, engine } = NODE_ENGINES[name];
  const options = { folder, ort: { convolution }, threads: hasThreads(name) ? threads : undefined };
  try {
    const started = await startEngine({ family, engine, ...options });
    const workloads =
      family === 'ndarray'
        ? (await import('./ndarray-workloads.js')).ndarrayWorkloads()
        : (await import('./tfjs-workloads.js')).tfjsWorkloads();
    const { subject, ...rest } = workloads;
    return { ...rest, version: `${subject} on ${started.version}`, threads: started.threads ?? threads };
  } catch (error) {
    if (error instanceof EngineError) throw new UnsupportedError(error.reason, { cause: error });
    throw error;
  }
}

function hasThreads(name: NodeEngineName): boolean {
  const { family, engine } = NODE_ENGINES[name];
  return engines.every((row) => row.family !== family || row.name !== engine || row.multithreaded);
}
