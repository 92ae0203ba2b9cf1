import { BatchNorm } from '@cifarlab/tfjs-ops';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { Conv2d } from '../layers/conv2d.js';
import { Linear } from '../layers/linear.js';
import { PreActBlock } from '../layers/pre-act-block.js';
import { reverseAxes } from './reverse-axes.js';

/** An array of a model, and how a PyTorch module of the same layers has it. */
export interface TorchEntry {
  /** As in a `state_dict`: `PreAct2_a.conv.weight`. */
  name: string;
  weight: layers.Layer['weights'][number];
  /** In PyTorch. */
  shape: number[];
  /** A copy of the values in PyTorch's order, from those in the order that they have here. */
  toTorch(values: ArrayLike<number>): Float32Array;
  /** The other way round. */
  fromTorch(values: ArrayLike<number>): Float32Array;
}

/**
 * The arrays of a model of this package's layers, in the order of PyTorch's `state_dict`.
 *
 * @throws TypeError when a layer of another kind has weights.
 */
export function torchEntries(model: LayersModel): TorchEntry[] {
  const names = namesByClass();
  return model.layers.flatMap((layer) => {
    const parameters = names[layer.getClassName()];
    if (parameters === undefined) {
      if (layer.weights.length === 0) return [];
      throw new TypeError(
        `The layer ${JSON.stringify(layer.name)} is a ${layer.getClassName()}, whose weights have no names in ` +
          `PyTorch here; only ${Object.keys(names).join(', ')} have.`,
      );
    }
    return Object.entries(parameters).map(([here, there]) => {
      const weight = layer.weights.find(({ originalName }) => originalName.split('/').at(-1) === here)!;
      return { name: `${layer.name}.${there}`, weight, ...layoutOf(weight.shape as number[]) };
    });
  });
}

/** Names here -> names in PyTorch, by the class of the layer. Classes are told by name: each build has its own. */
function namesByClass(): Record<string, Record<string, string>> {
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
}

function layoutOf(shape: number[]): Pick<TorchEntry, 'shape' | 'toTorch' | 'fromTorch'> {
  const copy = (values: ArrayLike<number>) => Float32Array.from(values);
  if (shape.length === 1) return { shape, toTorch: copy, fromTorch: copy };
  const [inChannels, outChannels] = shape.slice(-2) as [number, number];
  const image = shape.slice(0, -2);
  const pixels = image.reduce((product, size) => product * size, 1);
  return {
    shape: [outChannels, inChannels, ...image],
    toTorch: (values) => reverseAxes(values, [pixels, inChannels, outChannels]),
    fromTorch: (values) => reverseAxes(values, [outChannels, inChannels, pixels]),
  };
}
