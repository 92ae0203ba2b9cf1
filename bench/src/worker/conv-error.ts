export type Pass = 'forward' | 'input-gradient' | 'filter-gradient';

export interface ConvShape {
  /** Height and width of the filter; its half is the padding. */
  kernel: number;
  /** Height and width of the image. */
  size: number;
  inChannels: number;
  outChannels: number;
  batch: number;
}

/** x and dy in the order batch, height, width, channels; filter in the order height, width, in, out. */
export interface ConvArrays {
  x: ArrayLike<number>;
  filter: ArrayLike<number>;
  dy: ArrayLike<number>;
}

const SAMPLES = 300;

/**
 * Computes max|a - b| over some elements a of the result and their float64 values b, by the definition of the
 * convolution, relative to the largest element of the whole result.
 */
export function sampledError(pass: Pass, shape: ConvShape, arrays: ConvArrays, result: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < result.length; i++) largest = Math.max(largest, Math.abs(result[i]!));
  let difference = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    // Steps of the golden ratio reach every part of the result.
    const index = Math.floor(((sample * 0.6180339887498949) % 1) * result.length);
    difference = Math.max(difference, Math.abs(result[index]! - ELEMENT[pass](index, shape, arrays)));
  }
  return difference / largest;
}

/** One element of the result in float64. */
const ELEMENT: Record<Pass, (index: number, shape: ConvShape, arrays: ConvArrays) => number> = {
  forward(index, { kernel, size, inChannels, outChannels }, { x, filter }) {
    const o = index % outChannels;
    const [n, row, column] = pixel(Math.floor(index / outChannels), size);
    let sum = 0;
    forEachTap(kernel, (tap, dr, dc) => {
      const at = pixelIndex(n, row + dr, column + dc, size);
      if (at < 0) return;
      for (let i = 0; i < inChannels; i++) {
        sum += x[at * inChannels + i]! * filter[(tap * inChannels + i) * outChannels + o]!;
      }
    });
    return sum;
  },
  'input-gradient'(index, { kernel, size, inChannels, outChannels }, { filter, dy }) {
    const i = index % inChannels;
    const [n, row, column] = pixel(Math.floor(index / inChannels), size);
    let sum = 0;
    forEachTap(kernel, (tap, dr, dc) => {
      const at = pixelIndex(n, row - dr, column - dc, size);
      if (at < 0) return;
      for (let o = 0; o < outChannels; o++) {
        sum += dy[at * outChannels + o]! * filter[(tap * inChannels + i) * outChannels + o]!;
      }
    });
    return sum;
  },
  'filter-gradient'(index, { kernel, size, inChannels, outChannels, batch }, { x, dy }) {
    const o = index % outChannels;
    const i = Math.floor(index / outChannels) % inChannels;
    const tapOfElement = Math.floor(index / (outChannels * inChannels));
    let sum = 0;
    forEachTap(kernel, (tap, dr, dc) => {
      if (tap !== tapOfElement) return;
      for (let p = 0; p < batch * size * size; p++) {
        const [n, row, column] = pixel(p, size);
        const at = pixelIndex(n, row + dr, column + dc, size);
        if (at >= 0) sum += x[at * inChannels + i]! * dy[p * outChannels + o]!;
      }
    });
    return sum;
  },
};

/** Calls with each place of the filter and its distance from the middle. */
function forEachTap(kernel: number, visit: (tap: number, rowOffset: number, columnOffset: number) => void): void {
  for (let tap = 0; tap < kernel * kernel; tap++) {
    visit(tap, Math.floor(tap / kernel) - (kernel >> 1), (tap % kernel) - (kernel >> 1));
  }
}

function pixel(index: number, size: number): [n: number, row: number, column: number] {
  return [Math.floor(index / (size * size)), Math.floor(index / size) % size, index % size];
}

/** Returns the index of a pixel; -1 outside of the image. */
function pixelIndex(n: number, row: number, column: number, size: number): number {
  if (row < 0 || row >= size || column < 0 || column >= size) return -1;
  return (n * size + row) * size + column;
}
