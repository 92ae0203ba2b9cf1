import type { Tensor as StoredArray } from '@cifarlab/safetensors';
import { transpose } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { torchEntries } from './torch-entries.js';

/** Arrays by their names in a PyTorch module's `state_dict`. `encodeSafetensors` takes it as it is. */
export type TorchState = Record<string, StoredArray<Float32Array>>;

/**
 * Copies the parameters and running statistics of a model of this package's layers, in PyTorch's names and layouts:
 * `conv0.weight` [out, in, height, width], `PreAct2_a.bn.running_var` [channels], `linear.weight` [out, in].
 *
 * @throws TypeError when the model has weights in a layer of another kind.
 */
export async function toTorchState(model: LayersModel): Promise<TorchState> {
  // All arrays are read before the first one is waited for: what trains meanwhile does not mix two steps.
  const arrays = torchEntries(model).map(async ({ name, weight, shape, toTorch }) => {
    const here = weight.read();
    const there = toTorch ? transpose(here, [...toTorch]) : here;
    // A backend may hand out the values it computes on.
    const data = Float32Array.from(await there.data());
    if (there !== here) there.dispose();
    return [name, { shape, data }] as const;
  });
  return Object.fromEntries(await Promise.all(arrays));
}
