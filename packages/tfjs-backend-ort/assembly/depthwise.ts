/**
 * Depthwise convolution over NHWC images with a channel multiplier of 1, filter [filterHeight, filterWidth, channels],
 * and its gradient to the input: any stride, dilation and padding. Sixteen channels of two images at a time: eight sums
 * in registers hide how long an addition takes, and both images share the filter and the borders.
 */
import { activate, Activation } from './activate';
import { countOf, ENTRY, locateTaps, sourceOf, sourceStep, tapOf, tapStep } from './taps';
import { add, get, mul, putLanes } from './vector';
import { blockSpace } from './workspace';

/** Target columns whose taps are tabulated at a time. */
const COLUMNS: i32 = 1024;
/** Bytes of a filter that stay in the first-level cache while they slide over an image. */
const FILTER_BYTES: usize = 16384;
/** Bytes of sixteen channels. */
const LINE: usize = 64;

/** The place and the steps of the taps that one target pixel meets: set once for all channels and images. */
let rows: i32 = 0;
let columns: i32 = 0;
let pixelStepY: usize = 0;
let pixelStepX: usize = 0;
let tapStepY: usize = 0;
let tapStepX: usize = 0;

/**
 * Sixteen channels (`wide`), or at most four, of one target pixel, in two images where `pair`: activation(start + the
 * sum of pixels times taps).
 */
// @ts-ignore: decorator
@inline
function sumTaps(
  wide: bool,
  pair: bool,
  activation: Activation,
  pixel: usize,
  imageBytes: usize,
  tap: usize,
  start: usize,
  out: usize,
  outImageBytes: usize,
  lanes: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = start ? v128.load(start) : zero;
  let a1 = wide && start ? v128.load(start, 16) : zero;
  let a2 = wide && start ? v128.load(start, 32) : zero;
  let a3 = wide && start ? v128.load(start, 48) : zero;
  let b0 = a0;
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  const width = columns;
  const stepX = pixelStepX;
  const tapStep = tapStepX;
  for (let p = rows; p > 0; p--) {
    let here = pixel;
    let weight = tap;
    for (let q = width; q > 0; q--) {
      const w0 = v128.load(weight);
      a0 = add(a0, mul(v128.load(here), w0));
      if (pair) b0 = add(b0, mul(v128.load(here + imageBytes), w0));
      if (wide) {
        const w1 = v128.load(weight, 16);
        const w2 = v128.load(weight, 32);
        const w3 = v128.load(weight, 48);
        a1 = add(a1, mul(v128.load(here, 16), w1));
        a2 = add(a2, mul(v128.load(here, 32), w2));
        a3 = add(a3, mul(v128.load(here, 48), w3));
        if (pair) {
          const there = here + imageBytes;
          b1 = add(b1, mul(v128.load(there, 16), w1));
          b2 = add(b2, mul(v128.load(there, 32), w2));
          b3 = add(b3, mul(v128.load(there, 48), w3));
        }
      }
      here += stepX;
      weight += tapStep;
    }
    pixel += pixelStepY;
    tap += tapStepY;
  }
  if (wide) {
    putLine(activation, out, a0, a1, a2, a3);
    if (pair) putLine(activation, out + outImageBytes, b0, b1, b2, b3);
  } else {
    putLanes(out, activate(activation, a0), lanes);
    if (pair) putLanes(out + outImageBytes, activate(activation, b0), lanes);
  }
}

// @ts-ignore: decorator
@inline
function putLine(activation: Activation, out: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(out, activate(activation, v0));
  v128.store(out, activate(activation, v1), 16);
  v128.store(out, activate(activation, v2), 32);
  v128.store(out, activate(activation, v3), 48);
}

/** A block of channels of one target pixel. */
// @ts-ignore: decorator
@inline
function sumChannels(
  pair: bool,
  activation: Activation,
  pixel: usize,
  imageBytes: usize,
  tap: usize,
  start: usize,
  out: usize,
  outImageBytes: usize,
  bytes: usize,
): void {
  let z: usize = 0;
  for (; z + LINE <= bytes; z += LINE) {
    const from = start ? start + z : 0;
    sumTaps(true, pair, activation, pixel + z, imageBytes, tap + z, from, out + z, outImageBytes, 16);
  }
  for (; z < bytes; z += 16) {
    const from = start ? start + z : 0;
    sumTaps(false, pair, activation, pixel + z, imageBytes, tap + z, from, out + z, outImageBytes, (bytes - z) >> 2);
  }
}

/** Target images [height, width] from source images [sourceHeight, sourceWidth], both of `channels`. */
// @ts-ignore: decorator
@inline
function slide(
  gradient: bool,
  activation: Activation,
  source: usize,
  filter: usize,
  start: usize,
  target: usize,
  images: i32,
  sourceHeight: i32,
  sourceWidth: i32,
  channels: i32,
  height: i32,
  width: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideY: i32,
  strideX: i32,
  dilationY: i32,
  dilationX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>sourceWidth * pixelBytes;
  const imageBytes = <usize>sourceHeight * lineBytes;
  const outImageBytes = <usize>(height * width) * pixelBytes;
  pixelStepY = <usize>sourceStep(gradient, strideY, dilationY) * lineBytes;
  pixelStepX = <usize>sourceStep(gradient, strideX, dilationX) * pixelBytes;
  tapStepY = <usize>(tapStep(gradient, strideY, dilationY) * filterWidth) * pixelBytes;
  tapStepX = <usize>tapStep(gradient, strideX, dilationX) * pixelBytes;
  const block = max(LINE, (FILTER_BYTES / <usize>(filterHeight * filterWidth)) & ~(LINE - 1));
  const row = blockSpace();
  const table = row + ENTRY;
  for (let firstColumn = 0; firstColumn < width; firstColumn += COLUMNS) {
    const number = min(COLUMNS, width - firstColumn);
    locateTaps(table, firstColumn, number, gradient, sourceWidth, filterWidth, strideX, dilationX, padLeft);
    for (let n = 0; n < images; n += 2) {
      const image = source + <usize>n * imageBytes;
      const outImage = target + <usize>n * outImageBytes;
      for (let first: usize = 0; first < pixelBytes; first += block) {
        const bytes = min(block, pixelBytes - first);
        const from = start ? start + first : 0;
        for (let y = 0; y < height; y++) {
          locateTaps(row, y, 1, gradient, sourceHeight, filterHeight, strideY, dilationY, padTop);
          rows = countOf(row);
          const line = image + <usize>sourceOf(row) * lineBytes + first;
          const tapLine = filter + <usize>(tapOf(row) * filterWidth) * pixelBytes + first;
          let out = outImage + <usize>(y * width + firstColumn) * pixelBytes + first;
          const end = table + <usize>number * ENTRY;
          for (let entry = table; entry < end; entry += ENTRY) {
            columns = countOf(entry);
            const pixel = line + <usize>sourceOf(entry) * pixelBytes;
            const tap = tapLine + <usize>tapOf(entry) * pixelBytes;
            if (n + 1 < images) {
              sumChannels(true, activation, pixel, imageBytes, tap, from, out, outImageBytes, bytes);
            } else sumChannels(false, activation, pixel, imageBytes, tap, from, out, outImageBytes, bytes);
            out += pixelBytes;
          }
        }
      }
    }
  }
}

/**
 * Computes y[n, i, j, c] = activation(bias[c] + the sum over p, q of x[n, i strideY - padTop + p dilationY, j strideX -
 * ..., c] filter[p, q, c]); without bias if that is 0.
 */
export function depthwise(
  activation: Activation,
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideY: i32,
  strideX: i32,
  dilationY: i32,
  dilationX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  if (activation == Activation.Linear) {
    slide(
      false,
      Activation.Linear,
      x,
      filter,
      bias,
      y,
      images,
      height,
      width,
      channels,
      outHeight,
      outWidth,
      filterHeight,
      filterWidth,
      strideY,
      strideX,
      dilationY,
      dilationX,
      padTop,
      padLeft,
    );
  } else if (activation == Activation.Relu) {
    slide(
      false,
      Activation.Relu,
      x,
      filter,
      bias,
      y,
      images,
      height,
      width,
      channels,
      outHeight,
      outWidth,
      filterHeight,
      filterWidth,
      strideY,
      strideX,
      dilationY,
      dilationX,
      padTop,
      padLeft,
    );
  } else {
    slide(
      false,
      Activation.Relu6,
      x,
      filter,
      bias,
      y,
      images,
      height,
      width,
      channels,
      outHeight,
      outWidth,
      filterHeight,
      filterWidth,
      strideY,
      strideX,
      dilationY,
      dilationX,
      padTop,
      padLeft,
    );
  }
}

/** Computes dx from dy (`y`), the adjoint of `depthwise` without bias and activation. */
export function depthwiseInputGradient(
  x: usize,
  filter: usize,
  y: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideY: i32,
  strideX: i32,
  dilationY: i32,
  dilationX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  slide(
    true,
    Activation.Linear,
    y,
    filter,
    0,
    x,
    images,
    outHeight,
    outWidth,
    channels,
    height,
    width,
    filterHeight,
    filterWidth,
    strideY,
    strideX,
    dilationY,
    dilationX,
    padTop,
    padLeft,
  );
}
