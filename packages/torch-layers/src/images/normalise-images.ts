import { add, cast, mul, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';

/** The numbers that a network's images are shifted and scaled by, for bytes from 0 to 255: one, or one for each channel. */
export interface ImageStatistics {
  /** Subtracted first. */
  mean: number | readonly number[];
  /** Divided by then. */
  deviation: number | readonly number[];
}

/**
 * Computes (images − mean) / deviation, channel by channel.
 *
 * @param images [batch, height, width, 3] of 0 to 255, float32 or integers.
 */
export function normaliseImages(images: Tensor, { mean, deviation }: ImageStatistics): Tensor4D {
  const scales = Array.from({ length: 3 }, (_, c) => 1 / channel(deviation, c));
  const offsets = scales.map((scale, c) => -channel(mean, c) * scale);
  return tidy(() => add(mul(cast(images, 'float32'), scales), offsets));
}

function channel(value: number | readonly number[], c: number): number {
  return typeof value === 'number' ? value : value[c]!;
}
