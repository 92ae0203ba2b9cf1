import { assertKnownKeys, assertOneOf, assertPositive, assertWithin } from '@cifarlab/internals/checks';
import {
  CLASSIFIER_OPTIONS,
  type ClassifierOptions,
  ConvNorm,
  type ConvNormArguments,
  classifierHead,
  classifierSettings,
  layerName,
} from '@cifarlab/torch-layers';
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { type Block, blocksOf, HEAD_CHANNELS, HEAD_STAGE, STEM_CHANNELS } from './architecture.js';
import { type EfficientNetLiteScale, type EfficientNetLiteVariant, efficientNetLiteVariants } from './variants.js';

/** Options of {@link createEfficientNetLite}; all may be left out. */
export interface EfficientNetLiteOptions extends ClassifierOptions {
  /** A network by name, or a scale of one's own. Default `lite0`. */
  variant?: EfficientNetLiteVariant | Pick<EfficientNetLiteScale, 'width' | 'depth'>;
}

/** TensorFlow's numbers, in which the networks were trained: 0.99 of a running statistic is kept there. */
const NORM = { epsilon: 1e-3, momentum: 0.01 };

/**
 * Creates an EfficientNet-Lite: images [batch, height, width, 3], (bytes − 127) / 128, -> logits [batch, numClasses].
 *
 * EfficientNet (M. Tan, Q. V. Le, arXiv:1905.11946) without squeeze-and-excitation, with ReLU6, and with a stem and a head
 * that are not scaled. Layers are named after the modules of the PyTorch package `efficientnet_lite_pytorch`, without
 * the `_` that no tf.layers name can start with: `conv_stem`, `blocks.0._depthwise_conv`, `blocks.0._project_conv`,
 * `blocks.1._expand_conv`, …, `conv_head`, `avg_pooling`, `dropout`, `fc`; a convolution's layer has the batch normalisation
 * behind it. Padding is TensorFlow's `same`.
 *
 * Stages, for `freezeStages`: 0 the stem, 1 to 7 the blocks, 8 the convolution before the head.
 *
 * Convolution k, counted from 0, starts from N(0, 2 / fanOut), drawn by NumPy's legacy generator `RandomState([seed, k])`,
 * the head from the one after the last, U(−1/√features, 1/√features). Dropout needs `model.apply(x, { training: true,
 * step })`.
 *
 * @throws RangeError or TypeError on options that are unknown or out of range.
 */
export function createEfficientNetLite(options: EfficientNetLiteOptions = {}): LayersModel {
  assertKnownKeys('createEfficientNetLite', options, ['variant', ...CLASSIFIER_OPTIONS]);
  const settings = classifierSettings('createEfficientNetLite', options);
  const { seed, resolution, batchNorm } = settings;
  const blocks = blocksOf(scaleOf(options.variant ?? 'lite0'));

  let drawn = 0;
  const nextSeed = () => [seed, drawn++];
  const convNorm = (x: SymbolicTensor, name: string, args: Omit<ConvNormArguments, 'name' | 'seed'>) =>
    new ConvNorm({ name: layerName(name), module: name, batchNorm, ...NORM, ...args, seed: nextSeed() }).apply(
      x,
    ) as SymbolicTensor;

  const invertedBottleneck = (x: SymbolicTensor, block: Block, index: number): SymbolicTensor => {
    const { kernelSize, stride, inner, expands, channels, skips, stage } = block;
    const name = `_blocks.${index}`;
    const inside = { stage, activation: 'relu6' } as const;
    const pointwise = { stage, kernelSize: 1 };
    const expanded = expands
      ? convNorm(x, `${name}._expand_conv`, { ...pointwise, ...inside, norm: `${name}._bn0`, filters: inner })
      : x;
    const filtered = convNorm(expanded, `${name}._depthwise_conv`, {
      ...inside,
      norm: `${name}._bn1`,
      depthwise: true,
      kernelSize,
      stride,
    });
    const projected = convNorm(filtered, `${name}._project_conv`, {
      ...pointwise,
      norm: `${name}._bn2`,
      filters: channels,
    });
    return skips ? (layers.add({ name: layerName(`${name}.add`) }).apply([x, projected]) as SymbolicTensor) : projected;
  };

  const images = input({ shape: [resolution, resolution, 3], name: 'images' });
  const stem = convNorm(images, '_conv_stem', {
    norm: '_bn0',
    filters: STEM_CHANNELS,
    kernelSize: 3,
    stride: 2,
    activation: 'relu6',
    stage: 0,
  });
  const body = blocks.reduce(invertedBottleneck, stem);
  const maps = convNorm(body, '_conv_head', {
    norm: '_bn1',
    filters: HEAD_CHANNELS,
    kernelSize: 1,
    activation: 'relu6',
    stage: HEAD_STAGE,
  });
  const logits = classifierHead(maps, { pool: 'avg_pooling', linear: '_fc' }, settings, nextSeed());
  return model({ name: 'EfficientNetLite', inputs: images, outputs: logits });
}

function scaleOf(
  variant: NonNullable<EfficientNetLiteOptions['variant']>,
): Pick<EfficientNetLiteScale, 'width' | 'depth'> {
  if (typeof variant !== 'object') {
    const names = Object.keys(efficientNetLiteVariants) as EfficientNetLiteVariant[];
    assertOneOf('createEfficientNetLite: variant', variant, names);
    return efficientNetLiteVariants[variant];
  }
  const { width, depth } = variant;
  assertScale('width', width);
  assertScale('depth', depth);
  return { width, depth };
}

/** Ten times EfficientNet-Lite0 has more parameters than any machine has memory for. */
const LARGEST_SCALE = 10;

function assertScale(what: 'width' | 'depth', value: number): void {
  assertPositive(`createEfficientNetLite: the ${what} of the variant`, value);
  assertWithin(`createEfficientNetLite: the ${what} of the variant`, value, 0, LARGEST_SCALE);
}
