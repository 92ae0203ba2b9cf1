import { assertBoolean, assertCount, assertKnownKeys } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { BatchNorm, type SmoothActivation } from '@cifarlab/tfjs-ops';
import { checkedSeed } from '@cifarlab/torch-layers';
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { Activation } from './layers/activation.js';
import { DiracConv2d } from './layers/dirac-conv2d.js';
import { ScaledLinear } from './layers/scaled-linear.js';
import { Whitening } from './layers/whitening.js';

/** Options of {@link createFastNet}; all may be left out. */
export interface FastNetOptions {
  /** [height, width, channels] of an image; height and width of 25 or more. Default [32, 32, 3]. */
  inputShape?: readonly [number, number, number];
  /** Default 10. */
  numClasses?: number;
  /** Seed of the initial weights, an integer from 0 to 4294967295. Default 42. */
  seed?: number;
  /** Channels of the three blocks. Default [64, 256, 256], the network proper. */
  widths?: readonly [number, number, number];
  /** Behind the whitening and behind every batch normalisation. Default `gelu`. */
  activation?: SmoothActivation;
  /** Whether the first layer's kernel is trained, instead of being left to `whiten`. Default false. */
  trainWhitening?: boolean;
  /** The last step in which the whitening's bias is trained; null: it always is. Default null. */
  whiteningBiasSteps?: number | null;
  /** Whether the first filters of each convolution start as the identity. Default true. */
  dirac?: boolean;
  /** Weight of the newest batch in the running statistics, PyTorch's sense: 1 − 0.6. Default 0.4. */
  batchNormMomentum?: number;
  /** Factor of the last layer's product. Default 1/9. */
  logitScale?: number;
}

const OPTIONS = [
  'inputShape',
  'numClasses',
  'seed',
  'widths',
  'activation',
  'trainWhitening',
  'whiteningBiasSteps',
  'dirac',
  'batchNormMomentum',
  'logitScale',
] as const satisfies (keyof FastNetOptions)[];

/** An image loses a pixel to the whitening, is halved three times and then divided by three. */
const SMALLEST = 25;

/** Constant added to variances under the root. */
const EPSILON = 1e-12;

/**
 * Creates the network of the CIFAR-10 speed records (K. Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU",
 * arXiv:2404.00498): images [batch, 32, 32, 3], standardised by channel -> logits [batch, 10].
 *
 * Layers are named after the modules of airbench94_muon: `whiten`, `layers.0`, then in each block b of 1, 2 and 3
 * `layers.b.conv1`, `layers.b.pool`, `layers.b.norm1`, `layers.b.activ1`, `layers.b.conv2`, `layers.b.norm2`,
 * `layers.b.activ2`, and `layers.4`, `head`. Batch normalisation has a gamma of 1 that is not trained and an epsilon of
 * 1e-12; no convolution but the first has a bias.
 *
 * Weights start from U(−1/√fanIn, 1/√fanIn), except for the filters that start as the identity, drawn by NumPy's legacy
 * generator: layer k of those with weights to draw, counted from 0, from `RandomState([seed, k])`, its weight before
 * its bias. Call `whiten` with training images before the training.
 *
 * @throws RangeError or TypeError on images below 25x25, sizes below 1, an invalid seed, and unknown options.
 */
export function createFastNet(options: FastNetOptions = {}): LayersModel {
  assertKnownKeys('createFastNet', options, OPTIONS);
  const {
    inputShape = [32, 32, 3],
    numClasses = 10,
    seed = 42,
    widths = [64, 256, 256],
    activation = 'gelu',
  } = options;
  const { trainWhitening = false, whiteningBiasSteps = null, dirac = true } = options;
  const { batchNormMomentum: momentum = 0.4, logitScale = 1 / 9 } = options;
  assertInputShape(inputShape);
  assertWidths(widths);
  assertCount('createFastNet: numClasses', numClasses);
  assertBoolean('createFastNet: dirac', dirac);
  checkedSeed('createFastNet', seed);

  let drawn = 0;
  const nextSeed = () => [seed, drawn++];
  const conv = (name: string, filters: number) => new DiracConv2d({ name, filters, dirac, seed: nextSeed() });
  const norm = (name: string) => new BatchNorm({ name, momentum, epsilon: EPSILON, trainGamma: false });
  const activ = (name: string) => new Activation({ name, activation });
  const maxPool = (name: string, poolSize: number) => layers.maxPooling2d({ name, poolSize });
  const block = (name: string, width: number) => [
    conv(`${name}.conv1`, width),
    maxPool(`${name}.pool`, 2),
    norm(`${name}.norm1`),
    activ(`${name}.activ1`),
    conv(`${name}.conv2`, width),
    norm(`${name}.norm2`),
    activ(`${name}.activ2`),
  ];

  const images = input({ shape: [...inputShape], name: 'images' });
  const logits = [
    new Whitening({
      name: 'whiten',
      seed: nextSeed(),
      trainKernel: trainWhitening,
      biasSteps: whiteningBiasSteps,
    }), //                                31x31
    activ('layers.0'),
    ...block('layers.1', widths[0]), //   15x15
    ...block('layers.2', widths[1]), //   7x7
    ...block('layers.3', widths[2]), //   3x3
    maxPool('layers.4', 3), //            1x1
    layers.flatten({ name: 'flatten' }),
    new ScaledLinear({ name: 'head', units: numClasses, scale: logitScale, seed: nextSeed() }),
  ].reduce((x, layer) => layer.apply(x) as SymbolicTensor, images);
  return model({ name: 'FastNet', inputs: images, outputs: logits });
}

function assertInputShape(inputShape: readonly number[]): void {
  if (!Array.isArray(inputShape) || inputShape.length !== 3) {
    throw new RangeError(`createFastNet: inputShape is ${show(inputShape)}, but [height, width, channels] is needed.`);
  }
  for (const size of inputShape) assertCount(`createFastNet: a size of inputShape [${inputShape}]`, size);
  if (inputShape[0]! < SMALLEST || inputShape[1]! < SMALLEST) {
    throw new RangeError(
      `createFastNet: inputShape is [${inputShape}], but the poolings need images of ${SMALLEST}x${SMALLEST} pixels or ` +
        'more; resize smaller ones.',
    );
  }
}

function assertWidths(widths: readonly number[]): void {
  if (!Array.isArray(widths) || widths.length !== 3) {
    throw new RangeError(`createFastNet: widths is ${show(widths)}, but the channels of three blocks are needed.`);
  }
  for (const width of widths) assertCount(`createFastNet: a width of [${widths}]`, width);
}
