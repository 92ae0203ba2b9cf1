import { PlotError } from './errors.js';
import type { PixelImage } from './pixels.js';

/** Size and meaning of the numbers of {@link imageFromValues}. */
export interface ValuesOptions extends Omit<PixelImage, 'data'> {
  /**
   * Values that become black and white. Default: minus and plus the largest magnitude, so that 0 is the middle grey,
   * which suits learned filters. Values outside are clipped.
   */
  range?: readonly [low: number, high: number];
}

/**
 * Turns any numbers, such as the weights of a learned filter, into an image. Non-finite values become the middle grey.
 *
 * @param values length width * height * channels, in the order of `layout`
 * @throws PlotError when `range` is not two increasing finite numbers
 */
export function imageFromValues(values: ArrayLike<number>, options: ValuesOptions): PixelImage {
  const { range, ...size } = options;
  const [low, high] = range ?? symmetricRange(values);
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new PlotError(`The range is [${low}, ${high}]: give two increasing finite numbers`);
  }
  const data = Uint8ClampedArray.from(values, (value) => {
    return Number.isFinite(value) ? Math.round(((value - low) / (high - low)) * 255) : 128;
  });
  return { ...size, data };
}

function symmetricRange(values: ArrayLike<number>): [number, number] {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (Number.isFinite(size) && size > largest) largest = size;
  }
  return largest > 0 ? [-largest, largest] : [-1, 1];
}
