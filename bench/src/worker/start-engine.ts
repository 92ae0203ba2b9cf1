import type { EngineName } from '../protocol.js';
import type { Engine } from './task.js';

export interface EngineOptions {
  threads: number;
  /** How `ort` does its 3x3 convolutions. */
  convolution: 'auto' | 'im2col' | 'winograd' | 'winograd-2x2';
}

/** Loads an engine, and nothing of the others, whose code would count in the memory. @throws Error when it cannot be had. */
export async function startEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  switch (name) {
    case 'ndarray':
      return (await import('./ndarray-engine.js')).startNdarrayEngine(options);
    case 'ort':
    case 'tfjs-cpu':
    case 'tfjs-wasm':
      return (await import('./tfjs-engine.js')).startTfjsEngine(name, options);
    default:
      throw new RangeError(`'${name}' is not an engine of this worker; give ort, ndarray, tfjs-cpu or tfjs-wasm.`);
  }
}
