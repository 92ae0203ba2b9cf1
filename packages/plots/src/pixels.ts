import { encode } from 'fast-png';
import { PlotError } from './errors.js';

/** An image as plain pixels, for {@link renderImageGrid}. */
export interface PixelImage {
  /** Bytes 0 to 255, of length width * height * channels. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** Pixels per row, 1 or more. */
  readonly width: number;
  /** Rows, 1 or more. */
  readonly height: number;
  /** 1 for grey, 3 for RGB. Default: 3. */
  readonly channels?: 1 | 3;
  /** Order of `data`: `CHW` as in CIFAR-10's files (default), or `HWC`. */
  readonly layout?: 'CHW' | 'HWC';
}

/** Throws a PlotError unless the pixels match the sizes. */
export function validateImage({ data, width, height, channels = 3, layout = 'CHW' }: PixelImage, where: string): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new PlotError(`${where} is ${width} x ${height}: width and height must be positive integers`);
  }
  if (channels !== 1 && channels !== 3) {
    throw new PlotError(`${where} has ${String(channels)} channels: give 1 (grey) or 3 (RGB)`);
  }
  if (layout !== 'CHW' && layout !== 'HWC') {
    throw new PlotError(`${where} has the layout ${JSON.stringify(layout)}: choose one of CHW, HWC`);
  }
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw new PlotError(`${where} holds no bytes: give a Uint8Array (imageFromValues makes one of any numbers)`);
  }
  if (data.length !== width * height * channels) {
    const expected = `${width} x ${height} x ${channels} = ${width * height * channels}`;
    throw new PlotError(
      `${where} has ${data.length} bytes where ${expected} are expected: check its size and channels`,
    );
  }
}

/** Returns the image as a PNG in a `data:` URI. */
export function pngDataUri({ data, width, height, channels = 3, layout = 'CHW' }: PixelImage): string {
  const interleaved = layout === 'HWC' || channels === 1 ? data : interleave(data, width * height, channels);
  const png = encode({ width, height, channels, data: interleaved });
  let binary = '';
  for (let i = 0; i < png.length; i += 0x8000) binary += String.fromCharCode(...png.subarray(i, i + 0x8000));
  return `data:image/png;base64,${btoa(binary)}`;
}

function interleave(planes: Uint8Array | Uint8ClampedArray, pixels: number, channels: number): Uint8Array {
  const interleaved = new Uint8Array(planes.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      interleaved[pixel * channels + channel] = planes[channel * pixels + pixel]!;
    }
  }
  return interleaved;
}
