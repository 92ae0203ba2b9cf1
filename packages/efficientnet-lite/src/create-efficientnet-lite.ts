import { assertBelowOne, assertCount, assertKnownKeys, assertOneOf, assertPositive } from '@cifarlab/internals/checks';
import {
  type BatchNormMode,
  ConvNorm,
  type ConvNormArguments,
  checkedSeed,
  Linear,
  type LinearStart,
  SeededDropout,
} from '@cifarlab/torch-layers';
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { type Block, blocksOf, HEAD_CHANNELS, HEAD_STAGE, STEM_CHANNELS } from './architecture.js';
import { type EfficientNetLiteScale, type EfficientNetLiteVariant, efficientNetLiteVariants } from './variants.js';

/** Options of {@link createEfficientNetLite}; all may be left out. */
export interface EfficientNetLiteOptions {
  /** A network by name, or a scale of one's own. Default `lite0`. */
  variant?: EfficientNetLiteVariant | Pick<EfficientNetLiteScale, 'width' | 'depth'>;
  /** Default 1000, ImageNet's. */
  numClasses?: number;
  /** Probability that a feature before the head is set to 0 in training; from 0, and below 1. Default 0. */
  dropout?: number;
  /** Of the initial weights and of dropout's masks, an integer from 0 to 4294967295. Default 42. */
  seed?: number;
  /** Height and width of the images; by default any size is taken, another one in every batch. */
  resolution?: number;
  /** Statistics of batch normalisation in training: `frozen` (the default), for fine-tuning, or the batch's, `training`. */
  batchNorm?: BatchNormMode;
  /** What the head starts from: `uniform`, as PyTorch's linear layers (the default), or `zeros`. */
  headStart?: LinearStart;
}

const OPTIONS = ['variant', 'numClasses', 'dropout', 'seed', 'resolution', 'batchNorm', 'headStart'];

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
  assertKnownKeys('createEfficientNetLite', options, OPTIONS);
  const { variant = 'lite0', numClasses = 1000, dropout = 0, seed = 42, resolution } = options;
  const { batchNorm = 'frozen', headStart = 'uniform' } = options;
  const blocks = blocksOf(scaleOf(variant));
  assertCount('createEfficientNetLite: numClasses', numClasses);
  assertBelowOne('createEfficientNetLite: dropout', dropout);
  checkedSeed('createEfficientNetLite', seed);
  if (resolution !== undefined) assertCount('createEfficientNetLite: resolution', resolution);

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

  const images = input({ shape: [resolution ?? null, resolution ?? null, 3], name: 'images' });
  const stem = convNorm(images, '_conv_stem', {
    ...{ norm: '_bn0', filters: STEM_CHANNELS, kernelSize: 3, stride: 2, activation: 'relu6', stage: 0 },
  });
  const body = blocks.reduce(invertedBottleneck, stem);
  const maps = convNorm(body, '_conv_head', {
    ...{ norm: '_bn1', filters: HEAD_CHANNELS, kernelSize: 1, activation: 'relu6', stage: HEAD_STAGE },
  });
  const logits = [
    layers.globalAveragePooling2d({ name: 'avg_pooling' } as Parameters<typeof layers.globalAveragePooling2d>[0]),
    new SeededDropout({ name: 'dropout', rate: dropout, seed }),
    new Linear({ name: 'fc', module: '_fc', units: numClasses, seed: nextSeed(), start: headStart }),
  ].reduce((x, layer) => layer.apply(x) as SymbolicTensor, maps);
  return model({ name: 'EfficientNetLite', inputs: images, outputs: logits });
}

/** No name in tf.layers starts with `_`. */
function layerName(module: string): string {
  return module.replace(/^_/, '');
}

function scaleOf(variant: EfficientNetLiteOptions['variant']): Pick<EfficientNetLiteScale, 'width' | 'depth'> {
  if (typeof variant !== 'object') {
    const names = Object.keys(efficientNetLiteVariants) as EfficientNetLiteVariant[];
    assertOneOf('createEfficientNetLite: variant', variant, names);
    return efficientNetLiteVariants[variant];
  }
  const { width, depth } = variant;
  assertPositive('createEfficientNetLite: the width of the variant', width);
  assertPositive('createEfficientNetLite: the depth of the variant', depth);
  return { width, depth };
}
