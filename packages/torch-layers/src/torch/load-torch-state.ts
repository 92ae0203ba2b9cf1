import type { Tensor as StoredArray } from '@cifarlab/safetensors';
import { type StateSelection, selectState } from '@cifarlab/tfjs-ops';
import { dispose, type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type TorchEntry, torchEntries } from './torch-entries.js';

/**
 * Sets the parameters and running statistics of a model to those of a PyTorch module, by name: what
 * {@link toTorchState} gave, or a `state_dict` of the same network, as `decodeSafetensors(bytes).tensors` has it.
 * `num_batches_tracked` is ignored. Loads either all arrays or none.
 *
 * @param state float32 or float64 arrays, in PyTorch's layouts.
 * @param selection the prefix to take away from the names, such as `module.`; default none.
 * @throws RangeError naming the first array that is missing, that has another shape or length, or that the model does
 *   not have, or the prefix before the names; TypeError when an array is not of floats, when the model has weights in a
 *   layer of another kind, when the state is not an object or the prefix not a text.
 */
export function loadTorchState(
  model: LayersModel,
  state: Readonly<Record<string, StoredArray>>,
  selection: StateSelection = {},
): void {
  const entries = torchEntries(model);
  const names = entries.map(({ name }) => name);
  const arrays = selectState(state, names, selection);
  for (const entry of entries) assertFits(entry, arrays[entry.name]);
  assertNoOthers(entries, arrays);

  const values: Tensor[] = [];
  try {
    for (const { name, weight, fromTorch } of entries) {
      values.push(tensor(fromTorch(arrays[name]!.data as Float32Array), weight.shape as number[]));
    }
    entries.forEach(({ weight }, i) => {
      weight.write(values[i]!);
    });
  } finally {
    dispose(values);
  }
}

function assertFits({ name, shape }: TorchEntry, array: StoredArray | undefined): void {
  const needed = `the model needs ${JSON.stringify(name)} with shape [${shape.join(', ')}]`;
  if (!array) {
    throw new RangeError(`${needed}, but the state has no array of that name; give the state of the same network.`);
  }
  if (!(array.data instanceof Float32Array || array.data instanceof Float64Array)) {
    const kind = Object.prototype.toString.call(array.data).slice(8, -1);
    const remedy =
      array.dtype === undefined
        ? 'convert it first'
        : `these are the bits of ${JSON.stringify(array.dtype)}: read it with decodeSafetensors(bytes, { widen: true })`;
    throw new TypeError(`${needed} in float32 or float64, but the state's is ${kind}; ${remedy}.`);
  }
  if (array.shape.length !== shape.length || array.shape.some((size, axis) => size !== shape[axis])) {
    throw new RangeError(
      `${needed}, but the state's has shape [${array.shape.join(', ')}]; create the model with the options of the ` +
        'network that the state is of.',
    );
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (array.data.length !== count) {
    throw new RangeError(`${needed}, which has ${count} elements, but the state's has ${array.data.length}.`);
  }
}

function assertNoOthers(entries: readonly TorchEntry[], arrays: Readonly<Record<string, StoredArray>>): void {
  const known = new Set(entries.map(({ name }) => name));
  const other = Object.keys(arrays).find((name) => !known.has(name));
  if (other !== undefined) {
    throw new RangeError(
      `the state has an array ${JSON.stringify(other)}, which the model has no place for; give the state of the same ` +
        'network, or leave it out.',
    );
  }
}
