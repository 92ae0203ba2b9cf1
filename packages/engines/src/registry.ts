import type { Engine, EngineFamily, EngineName, TrainableNetworks } from './engine.js';
import { cpu as ndarrayCpu } from './ndarray/cpu.js';
import { ort as ndarrayOrt } from './ndarray/ort.js';
import { wasm as ndarrayWasm } from './ndarray/wasm.js';
import { cpu } from './tensorflow/cpu.js';
import { ort } from './tensorflow/ort.js';
import { tfjsNode } from './tensorflow/tfjs-node.js';
import { tfjsNodeGpu } from './tensorflow/tfjs-node-gpu.js';
import { wasm } from './tensorflow/wasm.js';
import { webgpu } from './tensorflow/webgpu.js';

type Registry = { readonly [F in EngineFamily]: { readonly [N in EngineName<F>]: Engine<F> } };

/** Every engine, in the order in which they are listed. */
const registry: Registry = {
  'tensorflow.js': { ort, 'tfjs-node-gpu': tfjsNodeGpu, 'tfjs-node': tfjsNode, webgpu, wasm, cpu },
  ndarray: { ort: ndarrayOrt, wasm: ndarrayWasm, cpu: ndarrayCpu },
};

/** Lists the engines of a family, the fastest first if they train everything. */
export function enginesOf<Family extends EngineFamily>(family: Family): readonly Engine<Family>[] {
  return Object.values<Engine<Family>>(registry[family]);
}

/** Every engine, family after family. */
export const engines: readonly Engine[] = [...enginesOf('tensorflow.js'), ...enginesOf('ndarray')];

/** Tells whether an engine, or the one that `auto` takes, may be given several threads. */
export function takesThreads(name: string): boolean {
  return engines.filter((engine) => engine.name === name).every(({ multithreaded }) => multithreaded);
}

/**
 * Lists the names of a family's engines.
 *
 * @param options `trains`: only those that can train such networks. Default: all of them.
 */
export function engineNames<Family extends EngineFamily>(
  family: Family,
  { trains = 'none' }: { trains?: TrainableNetworks } = {},
): EngineName<Family>[] {
  const levels: readonly TrainableNetworks[] = ['none', 'dense', 'convolutional'];
  return enginesOf(family)
    .filter((engine) => levels.indexOf(engine.trains) >= levels.indexOf(trains))
    .map(({ name }) => name);
}
