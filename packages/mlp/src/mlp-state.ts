import { show } from '@cifarlab/internals/show';
import { type StateSelection, selectState } from '@cifarlab/tfjs-ops';
import { type Tensor, tensor, tidy, transpose, util } from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';

/** An array in row-major order. */
export interface StateArray {
  /** Linear weights are [out, in], as in PyTorch. */
  shape: number[];
  /** A copy, row-major. */
  data: Float32Array;
}

/** An array as read from a file or another package; checked before it is loaded. */
export interface SavedArray {
  /** Linear weights are [out, in], as in PyTorch. */
  readonly shape: readonly number[];
  /** A `Float32Array`, or a `Float64Array`, which is rounded. */
  readonly data: ArrayBufferView;
  /** The dtype that a file has it in, where `data` are only its bits: such an array is refused. */
  readonly dtype?: string;
}

type LayerVariable = layers.Layer['weights'][number];

/** A variable of the model, and what it is in a state. */
interface Entry {
  name: string;
  variable: LayerVariable;
  /** Its shape in the state, where the weights of linear layers are [out, in] and not [in, out]. */
  shape: number[];
  transposed: boolean;
}

/** The names of PyTorch's modules, by those of tf.layers. */
const PYTORCH_NAMES: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  running_mean: 'running_mean',
  running_variance: 'running_var',
};

/**
 * Returns a copy of the weights and running statistics of a `createMlp` model, in the names, the layouts and the order
 * of `MLP.toState()` in `@cifarlab/ndarray-mlp` and of a PyTorch module with the lists `layers` and `norms`:
 * `layers.0.weight` [out, in], `layers.0.bias` [out], `norms.0.weight` [out], `norms.0.running_mean` [out], …
 *
 * @throws RangeError when the model has a layer with weights that no `createMlp` model has.
 */
export async function toState(model: LayersModel): Promise<Record<string, StateArray>> {
  const read = async ({ name, variable, transposed, shape }: Entry) => {
    const saved = transposed ? transpose(variable.read()) : variable.read().clone();
    try {
      // A copy, since some backends hand out the array that they keep the tensor in.
      return [name, { shape, data: Float32Array.from(await saved.data()) }] as const;
    } finally {
      saved.dispose();
    }
  };
  return Object.fromEntries(await Promise.all(entriesOf(model).map(read)));
}

/**
 * Loads a state of `toState`, or of the same network in `@cifarlab/ndarray-mlp` or PyTorch, whose `num_batches_tracked`
 * is ignored; if any array does not fit, none is loaded. The arrays stay the caller's.
 *
 * @param selection the prefix to take away from the names, such as `module.`; default none.
 * @throws RangeError naming the first array that is missing, unknown, of another shape, or not float32 or float64, or
 *   the prefix before the names; TypeError when the state is not an object or the prefix not a text.
 */
export function loadState(
  model: LayersModel,
  state: Readonly<Record<string, SavedArray>>,
  selection: StateSelection = {},
): void {
  const entries = entriesOf(model);
  const names = entries.map(({ name }) => name);
  const values = requireFit(entries, selectState(state, names, selection));
  tidy(() => {
    entries.forEach(({ variable, transposed, shape }, i) => {
      const saved: Tensor = tensor(values[i]!, shape, 'float32');
      variable.write(transposed ? transpose(saved) : saved);
    });
  });
}

/** Parameters layer by layer, then buffers. */
function entriesOf(model: LayersModel): Entry[] {
  const entries = model.layers.flatMap((layer) => layer.weights.map((variable) => entryOf(layer, variable)));
  const isBuffer = ({ name }: Entry) => /\.running_(mean|var)$/.test(name);
  return [...entries.filter((entry) => !isBuffer(entry)), ...entries.filter(isBuffer)];
}

function entryOf(layer: layers.Layer, variable: LayerVariable): Entry {
  const own = variable.originalName.split('/').at(-1)!;
  const name = PYTORCH_NAMES[own];
  if (name === undefined || !/^(layers|norms)\.\d+$/.test(layer.name)) {
    throw new RangeError(
      `the model has a weight ${show(variable.originalName)}, which a model of createMlp() does not have; ` +
        'states are for these models only.',
    );
  }
  const transposed = own === 'kernel';
  const shape = variable.shape as number[];
  return { name: `${layer.name}.${name}`, variable, transposed, shape: transposed ? shape.toReversed() : [...shape] };
}

/** Copies of the state's values in float32, in the order of `entries`. */
function requireFit(entries: readonly Entry[], state: Readonly<Record<string, SavedArray>>): Float32Array[] {
  const names = entries.map(({ name }) => name);
  const unknown = Object.keys(state).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `the state has an array ${show(unknown)} that is not among ${names.join(', ')}; ` +
        'it was saved from another network or other settings.',
    );
  }
  return entries.map(({ name, shape }) => {
    const saved = Object.hasOwn(state, name) ? state[name] : undefined;
    if (!saved) {
      throw new RangeError(
        `the state lacks the array ${show(name)}; it was saved from another network or other settings.`,
      );
    }
    if (!util.arraysEqual(saved.shape as number[], shape)) {
      throw new RangeError(
        `the state's array ${show(name)} has shape ${show(saved.shape)}, but the model has ${show(shape)}; ` +
          'make the model with the settings it was saved with.',
      );
    }
    const { data, dtype } = saved;
    if (dtype !== undefined && !(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new RangeError(
        `the state's array ${show(name)} is saved as ${show(dtype)}, and here are only its bits; ` +
          'read it with decodeSafetensors(bytes, { widen: true }).',
      );
    }
    const size = util.sizeFromShape(shape);
    if (!(data instanceof Float32Array || data instanceof Float64Array) || data.length !== size) {
      throw new RangeError(`the state's array ${show(name)} is not ${size} floats, as its shape ${show(shape)} says.`);
    }
    return Float32Array.from(data);
  });
}
