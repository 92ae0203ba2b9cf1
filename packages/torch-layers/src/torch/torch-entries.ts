import { reverseAxes } from '@cifarlab/internals/reverse-axes';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';

/** A layer that knows what its weights are called in a PyTorch module. */
export interface TorchNamed {
  /**
   * Names in the module's `state_dict`, such as `conv0.weight`, by the last part of the weights' names here, such as
   * `kernel`; in the order of the `state_dict`.
   */
  readonly torchNames: Readonly<Record<string, string>>;
  /** Whether its kernels are of depthwise convolutions, [height, width, channels, 1]. Default false. */
  readonly depthwise?: boolean;
}

/** An array of a model, and how a PyTorch module of the same layers has it. */
export interface TorchEntry {
  /** Name in a `state_dict`: `PreAct2_a.conv.weight`. */
  name: string;
  /** The weight here. */
  weight: layers.Layer['weights'][number];
  /** Shape in PyTorch. */
  shape: number[];
  /** Returns a copy of the values in PyTorch's order, from those in the order that they have here. */
  toTorch(values: ArrayLike<number>): Float32Array;
  /** Returns a copy of the values in the order here, from those in PyTorch's order. */
  fromTorch(values: ArrayLike<number>): Float32Array;
}

/**
 * Returns the arrays of a model of {@link TorchNamed} layers and of layers without weights, in the order of PyTorch's
 * `state_dict`.
 *
 * @throws TypeError when a layer of another kind has weights.
 */
export function torchEntries(model: LayersModel): TorchEntry[] {
  return model.layers.flatMap((layer) => {
    // Not by class: a model may have layers of both builds of a package, ESM and CommonJS.
    const { torchNames, depthwise = false } = layer as layers.Layer & Partial<TorchNamed>;
    if (torchNames === undefined) {
      if (layer.weights.length === 0) return [];
      throw new TypeError(
        `The layer ${JSON.stringify(layer.name)} is a ${layer.getClassName()}, whose weights have no names in ` +
          'PyTorch here; make the model of layers that have them (see TorchNamed).',
      );
    }
    return Object.entries(torchNames).map(([here, name]) => {
      const weight = layer.weights.find(({ originalName }) => originalName.split('/').at(-1) === here)!;
      return { name, weight, ...layoutOf(weight.shape as number[], depthwise) };
    });
  });
}

function layoutOf(shape: number[], depthwise: boolean): Pick<TorchEntry, 'shape' | 'toTorch' | 'fromTorch'> {
  const copy = (values: ArrayLike<number>) => Float32Array.from(values);
  if (shape.length === 1) return { shape, toTorch: copy, fromTorch: copy };
  // A depthwise kernel [height, width, channels, 1] is [channels, 1, height, width] there, one filter for each channel.
  const [inChannels, outChannels] = shape.slice(-2).sort((a, b) => (depthwise ? a - b : 0)) as [number, number];
  const image = shape.slice(0, -2);
  const pixels = image.reduce((product, size) => product * size, 1);
  return {
    shape: [outChannels, inChannels, ...image],
    toTorch: (values) => reverseAxes(values, [pixels, inChannels, outChannels]),
    fromTorch: (values) => reverseAxes(values, [outChannels, inChannels, pixels]),
  };
}
