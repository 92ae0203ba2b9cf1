import '@tensorflow/tfjs-backend-cpu';
import { createPreActConvNet } from '@cifarlab/convnet-preact';
import { createEfficientNetLite } from '@cifarlab/efficientnet-lite';
import { createFastNet } from '@cifarlab/fastnet';
import { createMlp } from '@cifarlab/mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { createResNet } from '@cifarlab/resnet';
import { image, reshape, type Tensor, type Tensor4D, tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ImagePreprocessing, OnnxImages } from '../../src/index.js';

/** A small network of one kind, and the images that it takes. */
export interface NetworkCase {
  name: string;
  create: () => LayersModel;
  images: Pick<OnnxImages, 'resolution'> & { standardize: boolean };
}

const tinyLite = { width: 0.1, depth: 0.3 };
const mlp = { nInputs: 3072, nHidden: [7, 5], numClasses: 10, init: 'he' } as const;

/** Every network, narrow, with what tells its variants apart. */
export const networkCases: readonly NetworkCase[] = [
  ...(['elu', 'relu', 'leaky-relu', 'tanh', 'sigmoid', 'silu', 'gelu'] as const).map((activation) => ({
    name: `an MLP with ${activation}`,
    create: () => createMlp({ ...mlp, activation, negativeSlope: 0.3 }),
    images: { standardize: true },
  })),
  {
    name: 'an MLP with batch normalisation',
    create: () => createMlp({ ...mlp, norm: 'batch' }),
    images: { standardize: false },
  },
  {
    name: 'an MLP with layer normalisation and dropout',
    create: () => createMlp({ ...mlp, norm: 'layer', dropout: 0.5 }),
    images: { standardize: false },
  },
  {
    name: 'multinomial logistic regression',
    create: () => createMlp({ ...mlp, nHidden: [] }),
    images: { standardize: false },
  },
  { name: 'the ConvNet', create: () => createPreActConvNet({ width: 4 }), images: { standardize: false } },
  ...(['gelu', 'silu'] as const).map((activation) => ({
    name: `FastNet with ${activation}`,
    create: () => createFastNet({ widths: [4, 6, 6], activation, logitScale: 0.37 }),
    images: { standardize: true },
  })),
  {
    name: 'EfficientNet-Lite at a larger resolution',
    create: () => createEfficientNetLite({ variant: tinyLite, numClasses: 10 }),
    images: { standardize: true, resolution: 48 },
  },
  {
    name: 'EfficientNet-Lite at an odd resolution',
    create: () => createEfficientNetLite({ variant: tinyLite, numClasses: 10, resolution: 45 }),
    images: { standardize: true, resolution: 45 },
  },
  {
    name: 'ResNet at the size of its images',
    create: () => createResNet({ variant: [1, 1, 1, 1], width: 4, numClasses: 10 }),
    images: { standardize: true },
  },
];

/** Returns numbers of 0 to 1, the same for the same seed. */
function uniform(count: number, seed: number): Float32Array {
  const random = new RandomState(seed);
  return Float32Array.from({ length: count }, () => random.uniform(0, 1, 1)[0]!);
}

/** Returns images as a file has them: bytes [count, side, side, 3]. */
export function randomImages(count: number, side: number, seed: number): Uint8Array {
  return Uint8Array.from(uniform(count * side * side * 3, seed), (value) => Math.floor(256 * value));
}

/** Returns the preprocessing of a case, of numbers that no symmetry hides. */
export function preprocessingOf(standardize: boolean, side: number): ImagePreprocessing {
  if (!standardize)
    return { kind: 'mean-image', meanImage: uniform(3 * side * side, 3).map((value) => 90 + 80 * value) };
  return { kind: 'standardize', means: [0.5, 0.4, 0.45], deviations: [0.2, 0.25, 0.3] };
}

/** Gives every weight other numbers than those that it starts from, as a training would: running statistics, too. */
export function disturbWeights(model: LayersModel): void {
  tidy(() => {
    model.weights.forEach((weight, index) => {
      const values = weight.read().dataSync<'float32'>();
      const isVariance = weight.originalName.endsWith('running_variance');
      const noise = uniform(values.length, 100 + index);
      const changed = values.map((value, i) => (isVariance ? 0.5 + noise[i]! : value + 0.2 * (noise[i]! - 0.5)));
      weight.write(tensor(changed, weight.shape as number[]));
    });
  });
}

/** Returns the logits of a network here, prepared by hand: [count, classes]. */
export function ownLogits(model: LayersModel, bytes: Uint8Array, { side, preprocessing, resolution }: OnnxImages) {
  const pixels = side * side;
  const count = bytes.length / (3 * pixels);
  const prepared = (byte: number, pixel: number, channel: number) =>
    preprocessing.kind === 'mean-image'
      ? byte - preprocessing.meanImage[channel * pixels + pixel]!
      : (byte / 255 - preprocessing.means[channel]!) / preprocessing.deviations[channel]!;
  const rows = Float32Array.from(bytes, (byte, i) => prepared(byte, Math.floor(i / 3) % pixels, i % 3));
  return tidy(() => {
    const rgb = tensor(rows, [count, side, side, 3]) as Tensor4D;
    const isFlat = model.inputs[0]!.shape.length === 2;
    const seen =
      resolution === undefined || resolution === side
        ? rgb
        : image.resizeBilinear(rgb, [resolution, resolution], false, true);
    const input = isFlat ? reshape(transpose(rgb, [0, 3, 1, 2]), [count, 3 * pixels]) : seen;
    return (model.apply(input, { training: false }) as Tensor).dataSync<'float32'>().slice();
  });
}
