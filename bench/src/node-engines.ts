import type { EngineFamily, EngineName } from '@cifarlab/engines';

/** An engine of the registry, or the family's own choice. */
interface RegisteredEngine {
  family: EngineFamily;
  engine: EngineName | 'auto';
}

/** The engines in Node by their names here, and what the registry has them under. */
export const NODE_ENGINES = {
  ort: { family: 'tensorflow.js', engine: 'ort' },
  'tfjs-node-gpu': { family: 'tensorflow.js', engine: 'tfjs-node-gpu' },
  'tfjs-node': { family: 'tensorflow.js', engine: 'tfjs-node' },
  'tfjs-wasm': { family: 'tensorflow.js', engine: 'wasm' },
  'tfjs-cpu': { family: 'tensorflow.js', engine: 'cpu' },
  ndarray: { family: 'ndarray', engine: 'auto' },
  'ndarray-wasm': { family: 'ndarray', engine: 'wasm' },
  'ndarray-cpu': { family: 'ndarray', engine: 'cpu' },
} as const satisfies Record<string, RegisteredEngine>;

/** The name of an engine in Node. */
export type NodeEngineName = keyof typeof NODE_ENGINES;

/** Returns whether an engine is one in Node, and not one in Python. */
export function isNodeEngine(name: string): name is NodeEngineName {
  return Object.hasOwn(NODE_ENGINES, name);
}
