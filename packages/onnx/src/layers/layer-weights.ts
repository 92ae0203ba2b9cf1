import { reverseAxes } from '@cifarlab/internals/reverse-axes';
import { show } from '@cifarlab/internals/show';
import type { layers } from '@tensorflow/tfjs-layers';
import { OnnxError } from '../error.js';
import type { OnnxTensor } from '../graph/tensor.js';

/** A weight as PyTorch has it. */
interface LayerWeight extends OnnxTensor {
  /** Name in a `state_dict`: `conv0.weight`. */
  readonly name: string;
}

/** The weights of a layer by their names in tf.layers, such as `kernel`. */
export type LayerWeights = ReadonlyMap<string, LayerWeight>;

/** Names of weights in PyTorch's modules, where a layer does not give them. */
const usualNames: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  running_mean: 'running_mean',
  running_variance: 'running_var',
};

/** Members of layers of `@cifarlab/torch-layers`; found by name, since a program may have two builds of a class. */
interface Torch {
  readonly torchNames?: Readonly<Record<string, string>>;
  readonly depthwise?: boolean;
}

/**
 * Copies the weights of a layer in PyTorch's names and layouts: kernels [out, in, height, width], matrices [out, in].
 *
 * @throws OnnxError, `UNSUPPORTED`, when a weight has no name there.
 */
export async function layerWeights(layer: layers.Layer): Promise<LayerWeights> {
  const { torchNames, depthwise = false } = layer as layers.Layer & Torch;
  // All are read before the first one is waited for: what trains meanwhile does not mix two steps.
  const weights = layer.weights.map(async (weight) => {
    const own = weight.originalName.split('/').at(-1)!;
    const usual = usualNames[own];
    const name = torchNames === undefined ? usual && `${layer.name}.${usual}` : torchNames[own];
    if (name === undefined) {
      throw new OnnxError(
        'UNSUPPORTED',
        `The layer ${show(layer.name)} of class ${layer.getClassName()} has a weight ${show(own)}, which is not known here; ` +
          'write a network of the layers that the package lists.',
      );
    }
    const values = (await weight.read().data()) as Float32Array;
    return [own, { name, ...torchLayout(values, weight.shape as number[], depthwise) }] as const;
  });
  return new Map(await Promise.all(weights));
}

/** Kernels are [height, width, in, out] in tf.layers, depthwise ones [height, width, channels, 1], matrices [in, out]. */
function torchLayout(values: Float32Array, shape: readonly number[], depthwise: boolean): OnnxTensor {
  if (shape.length < 2) return { shape, data: Float32Array.from(values) };
  const [first, second] = shape.slice(-2) as [number, number];
  const image = shape.slice(0, -2);
  const [into, out] = depthwise ? [second, first] : [first, second];
  const pixels = image.reduce((product, size) => product * size, 1);
  return { shape: [out, into, ...image], data: reverseAxes(values, [pixels, into, out]) };
}
