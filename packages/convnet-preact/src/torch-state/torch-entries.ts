import { BatchNorm } from '@cifarlab/tfjs-ops';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { Conv2d } from '../layers/conv2d.js';
import { Linear } from '../layers/linear.js';
import { PreActBlock } from '../layers/pre-act-block.js';

/** An array of a model, and how a PyTorch module of the same layers has it. */
export interface TorchEntry {
  /** As in a `state_dict`: `PreAct2_a.conv.weight`. */
  name: string;
  weight: layers.Layer['weights'][number];
  /** In PyTorch. */
  shape: number[];
  /** Axis i in PyTorch is axis `toTorch[i]` here; undefined where the axes are the same. */
  toTorch: readonly number[] | undefined;
  /** Axis i here is axis `fromTorch[i]` in PyTorch. */
  fromTorch: readonly number[] | undefined;
}

/** Names here -> names in PyTorch, by the class of the layer. Classes are told by name: each build has its own. */
const parametersOf = (): Record<string, Record<string, string>> => {
  const kernelAndBias = { kernel: 'weight', bias: 'bias' };
  const norm = { gamma: 'weight', beta: 'bias', running_mean: 'running_mean', running_variance: 'running_var' };
  const within = (child: string, names: Record<string, string>) =>
    Object.fromEntries(Object.entries(names).map(([here, there]) => [here, `${child}.${there}`]));
  return {
    [Conv2d.className]: kernelAndBias,
    [Linear.className]: kernelAndBias,
    [BatchNorm.className]: norm,
    [PreActBlock.className]: { ...within('bn', norm), ...within('conv', kernelAndBias) },
  };
};

/** Matrices [in, out] <-> [out, in], kernels [height, width, in, out] <-> [out, in, height, width]. */
const AXES: Record<number, Pick<TorchEntry, 'toTorch' | 'fromTorch'>> = {
  1: { toTorch: undefined, fromTorch: undefined },
  2: { toTorch: [1, 0], fromTorch: [1, 0] },
  4: { toTorch: [3, 2, 0, 1], fromTorch: [2, 3, 1, 0] },
};

/**
 * The arrays of a model of this package's layers, in the order of PyTorch's `state_dict`.
 *
 * @throws TypeError when a layer of another kind has weights.
 */
export function torchEntries(model: LayersModel): TorchEntry[] {
  const parameters = parametersOf();
  return model.layers.flatMap((layer) => {
    const names = parameters[layer.getClassName()];
    if (names === undefined) {
      if (layer.weights.length === 0) return [];
      throw new TypeError(
        `The layer ${JSON.stringify(layer.name)} is a ${layer.getClassName()}, whose weights have no names in ` +
          `PyTorch here; only ${Object.keys(parameters).join(', ')} have.`,
      );
    }
    return Object.entries(names).map(([here, there]) => {
      const weight = layer.weights.find(({ originalName }) => originalName.split('/').at(-1) === here)!;
      const { toTorch, fromTorch } = AXES[weight.shape.length]!;
      const shape = weight.shape as number[];
      return {
        name: `${layer.name}.${there}`,
        weight,
        shape: toTorch ? toTorch.map((axis) => shape[axis]!) : shape,
        toTorch,
        fromTorch,
      };
    });
  });
}
