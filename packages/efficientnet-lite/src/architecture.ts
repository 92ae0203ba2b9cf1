import type { EfficientNetLiteScale } from './variants.js';

/** Channels of the stem and of the head's convolution, which are the same in all networks. */
export const STEM_CHANNELS = 32;
export const HEAD_CHANNELS = 1280;

/** Blocks of one kind, one after the other. */
interface Stage {
  repeats: number;
  kernelSize: number;
  /** Stride of the first block; the others have stride 1. */
  stride: number;
  /** Ratio of a block's inner channels to its input's channels. */
  expansion: number;
  channels: number;
}

/** The stages of Lite0 (M. Tan, Q. V. Le, arXiv:1905.11946, table 1, without squeeze-and-excitation). */
const STAGES: readonly Stage[] = [
  { repeats: 1, kernelSize: 3, stride: 1, expansion: 1, channels: 16 },
  { repeats: 2, kernelSize: 3, stride: 2, expansion: 6, channels: 24 },
  { repeats: 2, kernelSize: 5, stride: 2, expansion: 6, channels: 40 },
  { repeats: 3, kernelSize: 3, stride: 2, expansion: 6, channels: 80 },
  { repeats: 3, kernelSize: 5, stride: 1, expansion: 6, channels: 112 },
  { repeats: 4, kernelSize: 5, stride: 2, expansion: 6, channels: 192 },
  { repeats: 1, kernelSize: 3, stride: 1, expansion: 6, channels: 320 },
];

/** One inverted bottleneck. */
export interface Block {
  kernelSize: number;
  stride: number;
  /** Channels inside, between expansion and projection. */
  inner: number;
  /** Whether it has an expansion: not where there are as many channels inside as come in. */
  expands: boolean;
  channels: number;
  /** Whether its input is added to its output: where both have the same shape. */
  skips: boolean;
  /** The part of the network that it is in; the stem is 0. */
  stage: number;
}

/** The stage of the convolution before the head: the one after those of the blocks. */
export const HEAD_STAGE = STAGES.length + 1;

/** Returns the blocks of a network, from the stem to the head. */
export function blocksOf({ width, depth }: Pick<EfficientNetLiteScale, 'width' | 'depth'>): Block[] {
  let inChannels = STEM_CHANNELS;
  return STAGES.flatMap(({ repeats, kernelSize, stride, expansion, channels }, index) => {
    const isEnd = index === 0 || index === STAGES.length - 1;
    const count = isEnd ? repeats : Math.ceil(depth * repeats);
    const outChannels = scaledChannels(channels, width);
    return Array.from({ length: count }, (_, repeat): Block => {
      const ownStride = repeat === 0 ? stride : 1;
      const block = {
        kernelSize,
        stride: ownStride,
        inner: inChannels * expansion,
        expands: expansion !== 1,
        channels: outChannels,
        skips: ownStride === 1 && inChannels === outChannels,
        stage: index + 1,
      };
      inChannels = outChannels;
      return block;
    });
  });
}

/** Returns the channels times the factor, rounded to a multiple of 8 that is at least nine tenths of that. */
export function scaledChannels(channels: number, width: number): number {
  const scaled = channels * width;
  const nearest = Math.max(8, Math.floor((scaled + 4) / 8) * 8);
  return nearest < 0.9 * scaled ? nearest + 8 : nearest;
}
