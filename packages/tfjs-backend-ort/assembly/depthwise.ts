/**
 * Depthwise convolution over NHWC images with a channel multiplier of 1, filter [filterHeight, filterWidth, channels],
 * and its gradients: any stride, dilation and padding.
 */
import { addToTotals, CHANNELS, vectorBytes } from './sums';
import { accumulateLanes, add, get, mul, putLanes } from './vector';
import { blockSpace } from './workspace';

/** The first tap, from 0, whose pixel start + tap * dilation is not before the image. */
// @ts-ignore: decorator
@inline
function firstTap(start: i32, dilation: i32): i32 {
  return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

/** The end of the taps whose pixel is before `size`: at most `taps`, at least 0. */
// @ts-ignore: decorator
@inline
function endTap(start: i32, dilation: i32, size: i32, taps: i32): i32 {
  return start < size ? min(taps, (size - start + dilation - 1) / dilation) : 0;
}

/** One vector of one output pixel: the taps that lie inside the image, rows x columns, from `pixel` and `tap` on. */
// @ts-ignore: decorator
@inline
function convolveWindow(
  gradient: bool,
  pixel: usize,
  tap: usize,
  out: usize,
  rows: i32,
  columns: i32,
  stepY: usize,
  stepX: usize,
  filterStep: usize,
  pixelBytes: usize,
  lanes: usize,
): void {
  let sum = f32x4.splat(0);
  const dy = gradient ? get(out) : sum;
  for (let p = 0; p < rows; p++) {
    let here = pixel;
    let weight = tap;
    for (let q = 0; q < columns; q++) {
      if (gradient) accumulateLanes(here, mul(dy, get(weight)), lanes);
      else sum = add(sum, mul(get(here), get(weight)));
      here += stepX;
      weight += pixelBytes;
    }
    pixel += stepY;
    tap += filterStep;
  }
  if (!gradient) putLanes(out, sum, lanes);
}

/** y, or with `gradient` the opposite direction: dx, which is set to 0 first. `x` and `y` are then dx and dy. */
// @ts-ignore: decorator
@inline
function convolve(
  gradient: bool,
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
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const stepX = <usize>dilationX * pixelBytes;
  const stepY = <usize>dilationY * lineBytes;
  const filterStep = <usize>filterWidth * pixelBytes;
  let out = y;
  for (let n = 0; n < images; n++) {
    const image = x + <usize>n * <usize>height * lineBytes;
    if (gradient) memory.fill(image, 0, <usize>height * lineBytes);
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideY - padTop;
      const p0 = firstTap(top, dilationY);
      const p1 = endTap(top, dilationY, height, filterHeight);
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * strideX - padLeft;
        const q0 = firstTap(left, dilationX);
        const q1 = endTap(left, dilationX, width, filterWidth);
        const corner = image + <usize>(top + p0 * dilationY) * lineBytes + <usize>(left + q0 * dilationX) * pixelBytes;
        const taps = filter + <usize>(p0 * filterWidth + q0) * pixelBytes;
        const rows = p1 - p0;
        const columns = q1 - q0;
        const whole = pixelBytes & ~15;
        for (let z: usize = 0; z < whole; z += 16) {
          convolveWindow(
            gradient,
            corner + z,
            taps + z,
            out + z,
            rows,
            columns,
            stepY,
            stepX,
            filterStep,
            pixelBytes,
            4,
          );
        }
        if (whole < pixelBytes) {
          convolveWindow(
            gradient,
            corner + whole,
            taps + whole,
            out + whole,
            rows,
            columns,
            stepY,
            stepX,
            filterStep,
            pixelBytes,
            (pixelBytes - whole) >> 2,
          );
        }
        out += pixelBytes;
      }
    }
  }
}

/** y[n, i, j, c] is the sum over p, q of x[n, i strideY - padTop + p dilationY, j strideX - ..., c] filter[p, q, c]. */
export function depthwise(
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
  convolve(
    false,
    x,
    filter,
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

/** dx from dy (`y`), the adjoint of `depthwise`. */
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
  convolve(
    true,
    x,
    filter,
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

/** The gradient to the filter: over each image in float32, over the images in float64. */
export function depthwiseFilterGradient(
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
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const sums = blockSpace();
  const totals = sums + CHANNELS * 4;
  for (let first: usize = 0; first < pixelBytes; first += CHANNELS * 4) {
    const block = min((pixelBytes - first) >> 2, CHANNELS);
    const bytes = vectorBytes(block);
    for (let p = 0; p < filterHeight; p++) {
      for (let q = 0; q < filterWidth; q++) {
        memory.fill(totals, 0, block << 3);
        for (let n = 0; n < images; n++) {
          memory.fill(sums, 0, bytes);
          for (let oy = 0; oy < outHeight; oy++) {
            const row = oy * strideY - padTop + p * dilationY;
            if (<u32>row >= <u32>height) continue;
            const line = x + first + <usize>(n * height + row) * lineBytes;
            const dy = y + first + <usize>(n * outHeight + oy) * <usize>outWidth * pixelBytes;
            for (let ox = 0; ox < outWidth; ox++) {
              const column = ox * strideX - padLeft + q * dilationX;
              if (<u32>column >= <u32>width) continue;
              const pixel = line + <usize>column * pixelBytes;
              const slope = dy + <usize>ox * pixelBytes;
              for (let z: usize = 0; z < bytes; z += 16) {
                accumulateLanes(sums + z, mul(get(pixel + z), get(slope + z)), 4);
              }
            }
          }
          addToTotals(totals, sums, block);
        }
        const target = filter + <usize>(p * filterWidth + q) * pixelBytes + first;
        for (let c: usize = 0; c < block; c++) store<f32>(target + (c << 2), <f32>load<f64>(totals + (c << 3)));
      }
    }
  }
}
