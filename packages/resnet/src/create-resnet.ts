import { assertCount, assertKnownKeys, assertOneOf } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import {
  CLASSIFIER_OPTIONS,
  type ClassifierOptions,
  ConvNorm,
  type ConvNormArguments,
  classifierHead,
  classifierSettings,
  MaxPool3x3,
} from '@cifarlab/torch-layers';
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { type ResNetBlocks, type ResNetVariant, resNetVariants } from './variants.js';

/** Options of {@link createResNet}; all may be left out. */
export interface ResNetOptions extends ClassifierOptions {
  /** A network by name, or the blocks of each of its four stages. Default `resnet18`. */
  variant?: ResNetVariant | ResNetBlocks;
  /** Channels of the stem and of the first stage; the later stages have 2, 4 and 8 times as many. Default 64. */
  width?: number;
}

/**
 * Creates a ResNet of basic blocks as torchvision defines it (K. He et al., arXiv:1512.03385): images
 * [batch, height, width, 3], less ImageNet's mean and divided by its deviation, -> logits [batch, numClasses].
 *
 * Layers are named after torchvision's modules: `conv1`, `maxpool`, `layer1.0.conv1`, `layer1.0.conv2`,
 * `layer2.0.downsample.0`, …, `avgpool`, `dropout` (torchvision has none), `fc`; a convolution's layer has the batch
 * normalisation behind it. Padding is PyTorch's, the same on all sides.
 *
 * Stages, for `freezeStages`: 0 the stem, 1 to 4 torchvision's `layer1` to `layer4`.
 *
 * Convolution k, counted from 0 in the order of torchvision's `state_dict`, starts from N(0, 2 / fanOut), drawn by NumPy's
 * legacy generator `RandomState([seed, k])`, the head from the one after the last, U(−1/√features, 1/√features). Dropout
 * needs `model.apply(x, { training: true, step })`.
 *
 * @throws RangeError or TypeError on options that are unknown or out of range.
 */
export function createResNet(options: ResNetOptions = {}): LayersModel {
  assertKnownKeys('createResNet', options, ['variant', 'width', ...CLASSIFIER_OPTIONS]);
  const settings = classifierSettings('createResNet', options);
  const { seed, resolution, batchNorm } = settings;
  const { variant = 'resnet18', width = 64 } = options;
  const stages = blocksOf(variant);
  assertCount('createResNet: width', width);

  let drawn = 0;
  const nextSeed = () => [seed, drawn++];
  const convNorm = (args: Omit<ConvNormArguments, 'seed'>) => new ConvNorm({ batchNorm, ...args, seed: nextSeed() });

  const basicBlock = (x: SymbolicTensor, name: string, { filters, stride, stage }: Block): SymbolicTensor => {
    const shared = { filters, stage };
    const conv = (number: 1 | 2) => ({ name: `${name}.conv${number}`, norm: `${name}.bn${number}`, kernelSize: 3 });
    const first = convNorm({ ...shared, ...conv(1), stride, padding: 1, activation: 'relu' });
    const second = convNorm({ ...shared, ...conv(2), padding: 1 });
    const branch = second.apply(first.apply(x)) as SymbolicTensor;
    // Where the branch has another shape than x, x goes through a convolution that gives it that shape.
    const changesShape = stride !== 1 || x.shape[3] !== filters;
    const shortcut = changesShape
      ? convNorm({
          ...shared,
          name: `${name}.downsample.0`,
          norm: `${name}.downsample.1`,
          kernelSize: 1,
          stride,
          padding: 0,
        })
      : undefined;
    const kept = shortcut === undefined ? x : (shortcut.apply(x) as SymbolicTensor);
    const sum = layers.add({ name: `${name}.add` }).apply([branch, kept]);
    return layers.activation({ name: `${name}.relu`, activation: 'relu' }).apply(sum) as SymbolicTensor;
  };

  const images = input({ shape: [resolution, resolution, 3], name: 'images' });
  const stem = [
    convNorm({ name: 'conv1', norm: 'bn1', filters: width, kernelSize: 7, stride: 2, padding: 3, activation: 'relu' }),
    new MaxPool3x3({ name: 'maxpool' }),
  ].reduce((x, layer) => layer.apply(x) as SymbolicTensor, images);
  const maps = stages
    .flatMap((blocks, index) =>
      Array.from({ length: blocks }, (_, block) => ({
        name: `layer${index + 1}.${block}`,
        stage: index + 1,
        filters: width * 2 ** index,
        stride: index > 0 && block === 0 ? 2 : 1,
      })),
    )
    .reduce((x, { name, ...block }) => basicBlock(x, name, block), stem);
  const logits = classifierHead(maps, { pool: 'avgpool', linear: 'fc' }, settings, nextSeed());
  return model({ name: 'ResNet', inputs: images, outputs: logits });
}

/** Properties in which the basic blocks differ. */
interface Block {
  filters: number;
  stride: number;
  stage: number;
}

function blocksOf(variant: ResNetVariant | ResNetBlocks): ResNetBlocks {
  if (!Array.isArray(variant)) {
    assertOneOf('createResNet: variant', variant, Object.keys(resNetVariants) as ResNetVariant[]);
    return resNetVariants[variant as ResNetVariant];
  }
  if (variant.length !== 4) {
    throw new RangeError(`createResNet: variant is ${show(variant)}, but the blocks of four stages are needed.`);
  }
  for (const blocks of variant) assertCount('createResNet: the blocks of a stage', blocks);
  return variant as unknown as ResNetBlocks;
}
