import { assertCount } from '@cifarlab/internals/checks';
import { BatchNorm } from '@cifarlab/tfjs-ops';
import { checkedSeed, Linear, MaxPool3x3 } from '@cifarlab/torch-layers';
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { Conv2d } from './layers/conv2d.js';
import { PreActBlock } from './layers/pre-act-block.js';

/** Options of {@link createPreActConvNet}; all may be left out. */
export interface PreActConvNetOptions {
  /** [height, width, channels] of an image; height and width from 1 to 32. Default [32, 32, 3]. */
  inputShape?: [number, number, number];
  /** Default 10. */
  numClasses?: number;
  /** Seed of the initial weights, an integer from 0 to 4294967295. Default 42. */
  seed?: number;
  /** Channels of the first stage; the later ones have 2, 4, 8 and 8 times as many. Default 64, the network proper. */
  width?: number;
}

/**
 * Returns the pre-activation ConvNet of the practical's Figure 5: images [batch, 32, 32, 3] -> logits [batch, 10].
 *
 * Every layer is named as in the table: conv0, PreAct1, conv1, maxpool1, PreAct2_a, …, maxpool5, bn (with its ReLU),
 * linear. 11,138,122 trainable parameters in 48 arrays. Training mode is `model.apply(x, { training: true })`.
 *
 * Weights and biases of convolutions and linear layers start from U(−1/√fanIn, 1/√fanIn), drawn by NumPy's legacy
 * generator: layer k of these, counted from 0, from `RandomState([seed, k])`, its weight before its bias.
 *
 * @throws RangeError or TypeError on an image larger than 32x32, sizes below 1, an invalid seed, unknown options.
 */
export function createPreActConvNet({
  inputShape = [32, 32, 3],
  numClasses = 10,
  seed = 42,
  width = 64,
  ...others
}: PreActConvNetOptions = {}): LayersModel {
  for (const option of Object.keys(others)) {
    throw new RangeError(
      `createPreActConvNet: unknown option ${JSON.stringify(option)}; the options are inputShape, numClasses, seed, width.`,
    );
  }
  assertInputShape(inputShape);
  assertCount('createPreActConvNet: numClasses', numClasses);
  assertCount('createPreActConvNet: width', width);
  checkedSeed('createPreActConvNet', seed);

  let drawn = 0;
  const nextSeed = () => [seed, drawn++];
  const conv = (name: string, kernelSize: number, filters: number) =>
    new Conv2d({ name, kernelSize, filters, seed: nextSeed() });
  const preAct = (name: string) => new PreActBlock({ name, seed: nextSeed() });
  const maxPool = (name: string) => new MaxPool3x3({ name });

  const images = input({ shape: inputShape, name: 'images' });
  const logits = [
    conv('conv0', 3, width), //           32x32
    preAct('PreAct1'),
    conv('conv1', 1, 2 * width),
    maxPool('maxpool1'), //               16x16
    preAct('PreAct2_a'),
    preAct('PreAct2_b'),
    conv('conv2', 1, 4 * width),
    maxPool('maxpool2'), //               8x8
    preAct('PreAct3_a'),
    preAct('PreAct3_b'),
    conv('conv3', 1, 8 * width),
    maxPool('maxpool3'), //               4x4
    preAct('PreAct4_a'),
    preAct('PreAct4_b'),
    maxPool('maxpool4'), //               2x2
    preAct('PreAct5_a'),
    preAct('PreAct5_b'),
    maxPool('maxpool5'), //               1x1
    new BatchNorm({ name: 'bn', activation: 'relu' }),
    layers.flatten({ name: 'flatten' }),
    new Linear({ name: 'linear', units: numClasses, seed: nextSeed() }),
  ].reduce((x, layer) => layer.apply(x) as SymbolicTensor, images);
  return model({ name: 'PreActConvNet', inputs: images, outputs: logits });
}

function assertInputShape(inputShape: readonly number[]): void {
  if (!Array.isArray(inputShape) || inputShape.length !== 3) {
    throw new RangeError(
      `createPreActConvNet: inputShape is ${JSON.stringify(inputShape)}, but [height, width, channels] is needed.`,
    );
  }
  for (const size of inputShape) assertCount(`createPreActConvNet: a size of inputShape [${inputShape}]`, size);
  if (inputShape[0]! > 32 || inputShape[1]! > 32) {
    throw new RangeError(
      `createPreActConvNet: inputShape is [${inputShape}], but five poolings leave one pixel of 32x32 at most; resize ` +
        'larger images.',
    );
  }
}
