import { describe, expect, it } from 'vitest';
import golden from '../test/fixtures/golden.json' with { type: 'json' };
import { blocksOf, HEAD_CHANNELS, STEM_CHANNELS, scaledChannels } from './architecture.js';
import { efficientNetLiteVariants } from './variants.js';

/** Kernels, gammas and betas, and the head for ImageNet. */
function parametersOf(scale: { width: number; depth: number }): number {
  let count = 27 * STEM_CHANNELS + 2 * STEM_CHANNELS;
  let inChannels = STEM_CHANNELS;
  for (const { kernelSize, inner, expands, channels } of blocksOf(scale)) {
    if (expands) count += inChannels * inner + 2 * inner;
    count += kernelSize ** 2 * inner + 2 * inner;
    count += inner * channels + 2 * channels;
    inChannels = channels;
  }
  return count + inChannels * HEAD_CHANNELS + 2 * HEAD_CHANNELS + 1000 * HEAD_CHANNELS + 1000;
}

describe('blocksOf', () => {
  it.each(Object.entries(efficientNetLiteVariants))('%s has as many parameters as the reference', (name, scale) => {
    expect(parametersOf(scale)).toBe(golden.parameters[`efficientnet-${name}` as keyof typeof golden.parameters]);
  });

  it('Lite0 has the stages of the publication', () => {
    const blocks = blocksOf(efficientNetLiteVariants.lite0);
    expect(blocks).toHaveLength(16);
    expect(blocks.map(({ stage }) => stage)).toEqual([1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7]);
    expect(blocks.map(({ stride }) => stride)).toEqual([1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]);
    expect(blocks.filter(({ skips }) => skips)).toHaveLength(9);
    expect(blocks[0]).toEqual({
      ...{ kernelSize: 3, stride: 1, inner: 32, expands: false, channels: 16, skips: false, stage: 1 },
    });
  });

  it('deepens neither the first stage nor the last', () => {
    const stages = blocksOf({ width: 1, depth: 3 }).map(({ stage }) => stage);
    const repeats = [1, 2, 3, 4, 5, 6, 7].map((stage) => stages.filter((one) => one === stage).length);
    expect(repeats).toEqual([1, 6, 6, 9, 9, 12, 1]);
  });
});

it.each([
  [16, 1, 16],
  [24, 1.1, 24],
  [40, 0.25, 16],
  [16, 0.1, 8],
  [320, 1.4, 448],
])('%i channels times %f are %i', (channels, width, expected) => {
  expect(scaledChannels(channels, width)).toBe(expected);
});
