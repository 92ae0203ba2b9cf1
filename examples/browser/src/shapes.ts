import { RandomState } from '@cifarlab/numpy-random';

export const CLASS_NAMES = ['disc', 'square', 'triangle', 'cross'] as const;
/** Pixels of a picture's side. */
export const SIZE = 16;
const PIXELS = SIZE * SIZE;

/** Pictures with their classes; n is their number. */
export interface Shapes {
  /** [n, SIZE, SIZE, 3], RGB from 0 to 255. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** [n], indices of CLASS_NAMES. */
  readonly classes: Uint8Array<ArrayBuffer>;
}

/** Draws `count` noisy pictures of one shape each, in any colours and anywhere: the same ones for the same seed. */
export function drawShapes(count: number, seed: number | readonly number[]): Shapes {
  const rng = new RandomState(seed);
  const pixels = new Uint8ClampedArray(count * PIXELS * 3);
  const classes = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    classes[n] = rng.randint(0, CLASS_NAMES.length);
    const radius = rng.uniform(3.5, 6);
    const centreX = rng.uniform(6, SIZE - 6);
    const centreY = rng.uniform(6, SIZE - 6);
    const ground = [rng.uniform(0, 110), rng.uniform(0, 110), rng.uniform(0, 110)];
    const ink = [rng.uniform(130, 255), rng.uniform(130, 255), rng.uniform(130, 255)];
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const colour = isInside(classes[n]!, (x + 0.5 - centreX) / radius, (y + 0.5 - centreY) / radius) ? ink : ground;
        const at = (n * PIXELS + y * SIZE + x) * 3;
        for (let c = 0; c < 3; c++) pixels[at + c] = colour[c]! + rng.normal(0, 12);
      }
    }
  }
  return { pixels, classes };
}

/** Whether a point belongs to the shape around the origin that reaches from -1 to 1. */
function isInside(shape: number, x: number, y: number): boolean {
  switch (CLASS_NAMES[shape]) {
    case 'disc':
      return x * x + y * y <= 1;
    case 'square':
      return Math.max(Math.abs(x), Math.abs(y)) <= 0.85;
    case 'triangle':
      return y <= 0.85 && Math.abs(x) <= (y + 1) / 1.85;
    default:
      return Math.min(Math.abs(x), Math.abs(y)) <= 0.3 && Math.max(Math.abs(x), Math.abs(y)) <= 1;
  }
}
