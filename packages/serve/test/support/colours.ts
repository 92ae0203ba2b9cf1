import sharp, { type Sharp } from 'sharp';
import type { ImageNetwork } from '../../src/index.js';

const SIDE = 8;

/** A network that says which colour a picture has most of. */
export const colours: ImageNetwork = {
  name: 'colours',
  classNames: ['red', 'green', 'blue'],
  side: SIDE,
  logits(pixels, count) {
    const logits = new Float32Array(3 * count);
    const size = pixels.length / count;
    pixels.forEach((value, i) => {
      logits[3 * Math.floor(i / size) + (i % 3)]! += value / size;
    });
    return logits;
  },
};

const rgb = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255] } as const;

export type Colour = keyof typeof rgb;

/** Returns a picture of one colour. */
export function picture(colour: Colour, width = 20, height = 10): Sharp {
  const [r, g, b] = rgb[colour];
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
}

/** Returns raw pixels of one colour, as the network takes them. */
export function pixels(...named: Colour[]): Buffer {
  return Buffer.concat(
    named.map((colour) => Buffer.from(Array.from({ length: SIDE * SIDE }, () => rgb[colour]).flat())),
  );
}
