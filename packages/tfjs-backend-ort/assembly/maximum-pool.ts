/**
 * Maximum pooling over NHWC images and its gradient, any window and stride. Windows are clipped at the borders; those
 * of 3x3 and 2x2 pixels that are whole have special code.
 */
import { accumulateLanes, get, larger, put, putLanes, putOrAdd, where } from './vector';

/** y: the largest of each window's numbers. NaN is skipped, and an empty window has -Infinity. */
export function maximumPool(
  x: usize,
  y: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideY: i32,
  strideX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const imageBytes = <usize>height * lineBytes;
  const whole = pixelBytes & ~15;
  const lanes = (pixelBytes - whole) >> 2;
  let out = y;
  for (let n = 0; n < images; n++) {
    const image = x + <usize>n * imageBytes;
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideY - padTop;
      const firstRow = max(top, 0);
      const rows = <usize>max(min(top + windowHeight, height) - firstRow, 0);
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * strideX - padLeft;
        const firstColumn = max(left, 0);
        const columns = <usize>max(min(left + windowWidth, width) - firstColumn, 0);
        const corner = image + <usize>firstRow * lineBytes + <usize>firstColumn * pixelBytes;
        if (rows == 3 && columns == 3) {
          for (let z: usize = 0; z < whole; z += 16) put(out + z, maximum3x3(corner + z, lineBytes, pixelBytes));
        } else if (rows == 2 && columns == 2) {
          for (let z: usize = 0; z < whole; z += 16) put(out + z, maximum2x2(corner + z, lineBytes, pixelBytes));
        } else {
          for (let z: usize = 0; z < whole; z += 16) put(out + z, maximum(corner + z, rows, columns, lineBytes, pixelBytes));
        }
        if (lanes) putLanes(out + whole, maximum(corner + whole, rows, columns, lineBytes, pixelBytes), lanes);
        out += pixelBytes;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function maximum(line: usize, rows: usize, columns: usize, lineBytes: usize, pixelBytes: usize): v128 {
  let largest = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < rows; i++) {
    let pixel = line;
    for (let j: usize = 0; j < columns; j++) {
      largest = larger(largest, get(pixel));
      pixel += pixelBytes;
    }
    line += lineBytes;
  }
  return largest;
}

// @ts-ignore: decorator
@inline
function maximum3x3(line: usize, lineBytes: usize, pixelBytes: usize): v128 {
  let largest = largerOfThree(f32x4.splat(-Infinity), line, pixelBytes);
  largest = largerOfThree(largest, line + lineBytes, pixelBytes);
  return largerOfThree(largest, line + 2 * lineBytes, pixelBytes);
}

// @ts-ignore: decorator
@inline
function largerOfThree(largest: v128, pixel: usize, pixelBytes: usize): v128 {
  return larger(largerOfTwo(largest, pixel, pixelBytes), get(pixel + 2 * pixelBytes));
}

// @ts-ignore: decorator
@inline
function maximum2x2(line: usize, lineBytes: usize, pixelBytes: usize): v128 {
  return largerOfTwo(largerOfTwo(f32x4.splat(-Infinity), line, pixelBytes), line + lineBytes, pixelBytes);
}

// @ts-ignore: decorator
@inline
function largerOfTwo(largest: v128, pixel: usize, pixelBytes: usize): v128 {
  return larger(larger(largest, get(pixel)), get(pixel + pixelBytes));
}

/**
 * dx: each dy goes to the first pixel of its window, in reading order, that is the maximum.
 *
 * Where windows leave no pixel out, the first window that has a pixel writes it and later ones add to it, so that nothing
 * needs to be set to zero before. In a whole window, the later ones' pixels are the first rows and columns: as many as
 * the window is longer than the stride.
 */
export function maximumPoolGradient(
  dy: usize,
  x: usize,
  y: usize,
  dx: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideY: i32,
  strideX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const imageBytes = <usize>height * lineBytes;
  const whole = pixelBytes & ~15;
  const lanes = (pixelBytes - whole) >> 2;
  const covered =
    reachAll(height, outHeight, windowHeight, strideY, padTop) && reachAll(width, outWidth, windowWidth, strideX, padLeft);
  const overlapY = max(windowHeight - strideY, 0);
  const overlapX = max(windowWidth - strideX, 0);
  const square = covered && overlapY == overlapX;
  let out: usize = 0;
  for (let n = 0; n < images; n++) {
    const image = <usize>n * imageBytes;
    if (!covered) memory.fill(dx + image, 0, imageBytes);
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideY - padTop;
      const firstRow = max(top, 0);
      const rows = <usize>max(min(top + windowHeight, height) - firstRow, 0);
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * strideX - padLeft;
        const firstColumn = max(left, 0);
        const columns = <usize>max(min(left + windowWidth, width) - firstColumn, 0);
        const corner = image + <usize>firstRow * lineBytes + <usize>firstColumn * pixelBytes;
        // Rows and columns of the clipped window that earlier windows have written.
        const above = !covered ? windowHeight : oy > 0 ? max(overlapY - (firstRow - top), 0) : 0;
        const before = !covered || ox == 0 ? 0 : max(overlapX - (firstColumn - left), 0);
        const afterOthers = square && (overlapY == 0 || (oy > 0 && ox > 0));
        if (afterOthers && overlapY == 1 && rows == 3 && columns == 3) {
          for (let z: usize = 0; z < whole; z += 16) {
            spread3x3(get(dy + out + z), get(y + out + z), x + corner + z, dx + corner + z, lineBytes, pixelBytes, true);
          }
        } else if (afterOthers && overlapY == 0 && rows == 3 && columns == 3) {
          for (let z: usize = 0; z < whole; z += 16) {
            spread3x3(get(dy + out + z), get(y + out + z), x + corner + z, dx + corner + z, lineBytes, pixelBytes, false);
          }
        } else if (afterOthers && overlapY == 0 && rows == 2 && columns == 2) {
          for (let z: usize = 0; z < whole; z += 16) {
            spread2x2(get(dy + out + z), get(y + out + z), x + corner + z, dx + corner + z, lineBytes, pixelBytes);
          }
        } else {
          spread(dy + out, y + out, x + corner, dx + corner, rows, columns, lineBytes, pixelBytes, 0, whole, above, before);
        }
        if (lanes) {
          spread(dy + out, y + out, x + corner, dx + corner, rows, columns, lineBytes, pixelBytes, whole, pixelBytes, above, before);
        }
        out += pixelBytes;
      }
    }
  }
}

/** Returns whether windows leave no pixel out, along one axis. */
function reachAll(size: i32, outSize: i32, window: i32, stride: i32, pad: i32): bool {
  return stride <= window && (outSize - 1) * stride - pad + window >= size;
}

/** Whether there is a maximum: a window without a number above -Infinity has none, and passes nothing on. */
// @ts-ignore: decorator
@inline
function hasMaximum(largest: v128): v128 {
  return f32x4.gt(largest, f32x4.splat(-Infinity));
}

/**
 * Any window, for the channels in bytes `from` to `to`. Pixels in its first `above` rows and its first `before` columns
 * are added to, the others are written.
 */
function spread(
  dy: usize,
  y: usize,
  x: usize,
  dx: usize,
  rows: usize,
  columns: usize,
  lineBytes: usize,
  pixelBytes: usize,
  from: usize,
  to: usize,
  above: i32,
  before: i32,
): void {
  for (let z = from; z < to; z += 16) {
    const lanes = (to - z) >> 2;
    const gradient = get(dy + z);
    const largest = get(y + z);
    let open = hasMaximum(largest);
    for (let i: usize = 0; i < rows; i++) {
      let at = i * lineBytes + z;
      for (let j: usize = 0; j < columns; j++) {
        const here = v128.and(open, f32x4.eq(get(x + at), largest));
        if (<i32>i < above || <i32>j < before) accumulateLanes(dx + at, where(here, gradient), lanes);
        else putLanes(dx + at, where(here, gradient), lanes);
        open = v128.andnot(open, here);
        at += pixelBytes;
      }
    }
  }
}

/** A whole window, whose first row and column are added to where windows overlap by one. */
// @ts-ignore: decorator
@inline
function spread3x3(
  dy: v128,
  largest: v128,
  x: usize,
  dx: usize,
  lineBytes: usize,
  pixelBytes: usize,
  overlap: bool,
): void {
  let open = spreadThree(hasMaximum(largest), dy, largest, x, dx, pixelBytes, overlap, overlap);
  open = spreadThree(open, dy, largest, x + lineBytes, dx + lineBytes, pixelBytes, overlap, false);
  spreadThree(open, dy, largest, x + 2 * lineBytes, dx + 2 * lineBytes, pixelBytes, overlap, false);
}

/** @returns where the maximum is still to come. */
// @ts-ignore: decorator
@inline
function spreadThree(
  open: v128,
  dy: v128,
  largest: v128,
  x: usize,
  dx: usize,
  pixelBytes: usize,
  addsFirst: bool,
  addsRest: bool,
): v128 {
  open = spreadOne(open, dy, largest, x, dx, addsFirst);
  open = spreadOne(open, dy, largest, x + pixelBytes, dx + pixelBytes, addsRest);
  return spreadOne(open, dy, largest, x + 2 * pixelBytes, dx + 2 * pixelBytes, addsRest);
}

// @ts-ignore: decorator
@inline
function spread2x2(dy: v128, largest: v128, x: usize, dx: usize, lineBytes: usize, pixelBytes: usize): void {
  let open = spreadOne(hasMaximum(largest), dy, largest, x, dx, false);
  open = spreadOne(open, dy, largest, x + pixelBytes, dx + pixelBytes, false);
  x += lineBytes;
  dx += lineBytes;
  open = spreadOne(open, dy, largest, x, dx, false);
  spreadOne(open, dy, largest, x + pixelBytes, dx + pixelBytes, false);
}

// @ts-ignore: decorator
@inline
function spreadOne(open: v128, dy: v128, largest: v128, x: usize, dx: usize, adds: bool): v128 {
  const here = v128.and(open, f32x4.eq(get(x), largest));
  putOrAdd(dx, where(here, dy), adds);
  return v128.andnot(open, here);
}
