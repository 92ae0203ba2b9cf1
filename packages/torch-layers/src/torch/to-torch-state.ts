import type { Tensor as StoredArray } from '@cifarlab/safetensors';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type TorchNamed, torchEntries } from './torch-entries.js';

/** Arrays by their names in a PyTorch module's `state_dict`. `encodeSafetensors` takes it as it is. */
export type TorchState = Record<string, StoredArray<Float32Array>>;

/**
 * Copies the parameters and running statistics of a model of {@link TorchNamed} layers, in PyTorch's names and layouts:
 * `conv0.weight` [out, in, height, width], `PreAct2_a.bn.running_var` [channels], `linear.weight` [out, in].
 *
 * @throws TypeError when the model has weights in a layer of another kind.
 */
export async function toTorchState(model: LayersModel): Promise<TorchState> {
  // All arrays are read before the first one is waited for: what trains meanwhile does not mix two steps.
  const arrays = torchEntries(model).map(async ({ name, weight, shape, toTorch }) => {
    return [name, { shape, data: toTorch((await weight.read().data()) as Float32Array) }] as const;
  });
  return Object.fromEntries(await Promise.all(arrays));
}
