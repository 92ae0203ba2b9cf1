/**
 * Maximum pooling over NHWC images, any window and stride. Windows are clipped at the borders; those of 3x3 and 2x2 pixels
 * that are whole have special code.
 *
 * The gradient goes by winners, 16 bits for each output: the first pixel of a window that is the maximum, by how many pixels
 * the window (before it is clipped) has from there on, in reading order; 0 where there is no number above -Infinity.
 */
import { get, larger, put, putLanes, where } from './vector';

/**
 * y: the largest of each window's numbers. NaN is skipped, and an empty window has -Infinity.
 *
 * @param winners address of them, or 0 for none.
 */
export function maximumPool(
  x: usize,
  y: usize,
  winners: usize,
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
  let winner = winners;
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
        const ahead = (windowHeight - (firstRow - top)) * windowWidth - (firstColumn - left);
        const isWhole = rows == windowHeight && columns == windowWidth;
        if (isWhole && rows == 3 && columns == 3) {
          for (let z: usize = 0; z < whole; z += 16) {
            const largest = maximum3x3(corner + z, lineBytes, pixelBytes);
            put(out + z, largest);
            if (winners) putShorts(winner + (z >> 1), winner3x3(largest, corner + z, lineBytes, pixelBytes), 4);
          }
        } else if (isWhole && rows == 2 && columns == 2) {
          for (let z: usize = 0; z < whole; z += 16) {
            const largest = maximum2x2(corner + z, lineBytes, pixelBytes);
            put(out + z, largest);
            if (winners) putShorts(winner + (z >> 1), winner2x2(largest, corner + z, lineBytes, pixelBytes), 4);
          }
        } else {
          maximumOfAny(corner, rows, columns, lineBytes, pixelBytes, out, winner, 0, whole, ahead, windowWidth);
        }
        if (lanes) {
          maximumOfAny(corner, rows, columns, lineBytes, pixelBytes, out, winner, whole, pixelBytes, ahead, windowWidth);
        }
        if (winners) winner += pixelBytes >> 1;
        out += pixelBytes;
      }
    }
  }
}

/**
 * Any window, for the channels in bytes `from` to `to`; `winners` is an address, or 0. The window has `ahead` pixels from the
 * first one inside the image on.
 */
function maximumOfAny(
  corner: usize,
  rows: usize,
  columns: usize,
  lineBytes: usize,
  pixelBytes: usize,
  y: usize,
  winners: usize,
  from: usize,
  to: usize,
  ahead: i32,
  windowWidth: i32,
): void {
  for (let z = from; z < to; z += 16) {
    let largest = f32x4.splat(-Infinity);
    for (let i: usize = 0; i < rows; i++) {
      for (let j: usize = 0; j < columns; j++) {
        largest = larger(largest, get(corner + z + i * lineBytes + j * pixelBytes));
      }
    }
    putLanes(y + z, largest, (to - z) >> 2);
    if (!winners) continue;
    let winner = i32x4.splat(0);
    for (let i: usize = 0; i < rows; i++) {
      for (let j: usize = 0; j < columns; j++) {
        const isLargest = f32x4.eq(get(corner + z + i * lineBytes + j * pixelBytes), largest);
        const here = where(isLargest, i32x4.splat(ahead - <i32>i * windowWidth - <i32>j));
        winner = i32x4.max_s(winner, here);
      }
    }
    putShorts(winners + (z >> 1), where(hasMaximum(largest), winner), (to - z) >> 2);
  }
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

/** Whether there is a maximum: a window without a number above -Infinity has none, and passes nothing on. */
// @ts-ignore: decorator
@inline
function hasMaximum(largest: v128): v128 {
  return f32x4.gt(largest, f32x4.splat(-Infinity));
}

/** Whether the maximum was among the pixels before, or is this one. As a number, true is -1. */
// @ts-ignore: decorator
@inline
function seenBy(seen: v128, largest: v128, pixel: usize): v128 {
  return v128.or(seen, f32x4.eq(get(pixel), largest));
}

// @ts-ignore: decorator
@inline
function winner3x3(largest: v128, line: usize, lineBytes: usize, pixelBytes: usize): v128 {
  const none = i32x4.splat(0);
  const s0 = seenBy(none, largest, line);
  const s1 = seenBy(s0, largest, line + pixelBytes);
  const s2 = seenBy(s1, largest, line + 2 * pixelBytes);
  line += lineBytes;
  const s3 = seenBy(s2, largest, line);
  const s4 = seenBy(s3, largest, line + pixelBytes);
  const s5 = seenBy(s4, largest, line + 2 * pixelBytes);
  line += lineBytes;
  const s6 = seenBy(s5, largest, line);
  const s7 = seenBy(s6, largest, line + pixelBytes);
  const s8 = seenBy(s7, largest, line + 2 * pixelBytes);
  const sum = i32x4.add(sumOfFour(s0, s1, s2, s3), i32x4.add(sumOfFour(s4, s5, s6, s7), s8));
  return where(hasMaximum(largest), i32x4.neg(sum));
}

// @ts-ignore: decorator
@inline
function winner2x2(largest: v128, line: usize, lineBytes: usize, pixelBytes: usize): v128 {
  const s0 = seenBy(i32x4.splat(0), largest, line);
  const s1 = seenBy(s0, largest, line + pixelBytes);
  const s2 = seenBy(s1, largest, line + lineBytes);
  const s3 = seenBy(s2, largest, line + lineBytes + pixelBytes);
  return where(hasMaximum(largest), i32x4.neg(sumOfFour(s0, s1, s2, s3)));
}

// @ts-ignore: decorator
@inline
function sumOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  return i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
}

/** Stores the first `lanes` of four numbers in 16 bits each; all four where `lanes` is 4 or more. */
// @ts-ignore: decorator
@inline
function putShorts(address: usize, value: v128, lanes: usize): void {
  const shorts = i16x8.narrow_i32x4_u(value, value);
  if (lanes >= 4) {
    v128.store64_lane(address, shorts, 0);
  } else {
    v128.store16_lane(address, shorts, 0);
    if (lanes > 1) v128.store16_lane(address, shorts, 1, 2);
    if (lanes > 2) v128.store16_lane(address, shorts, 2, 4);
  }
}
