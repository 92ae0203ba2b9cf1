/**
 * The gradient of a depthwise convolution to its filter: dfilter[p, q, c] is the sum over all images and output pixels of
 * dy times the pixel of x under that tap. Sixteen channels of two images at a time, as many output rows as the first-level
 * cache holds, and in them one tap after the other.
 */
import { add, mul } from './vector';
import { blockSpace } from './workspace';

/** Sums that the workspace has room for, in float32 and float64: of some channels for every tap. */
const FLOATS: usize = 4608;
/** Bytes of sixteen channels. */
const LINE: usize = 64;
/** Output pixels of an image or two that are summed in float32, about; their sums are added in float64. */
const PIXELS: i32 = 256;
/** Bytes of x and dy that stay in the first-level cache from tap to tap. */
const ROWS_BYTES: i32 = 24576;

/** The first output index whose pixel index * stride + offset is not before the image. */
// @ts-ignore: decorator
@inline
function firstInside(offset: i32, stride: i32): i32 {
  return offset < 0 ? (stride - 1 - offset) / stride : 0;
}

/** The end of the output indices whose pixel is inside the image: at most `count`. */
// @ts-ignore: decorator
@inline
function endInside(offset: i32, stride: i32, size: i32, count: i32): i32 {
  return offset < size ? min(count, (size - offset + stride - 1) / stride) : 0;
}

/** sums += the sum of x times dy over rows x columns, in two images where `pair`: 16 channels, or 4. */
// @ts-ignore: decorator
@inline
function sumPixels(
  wide: bool,
  pair: bool,
  sums: usize,
  x: usize,
  xImageBytes: usize,
  xStepY: usize,
  xStepX: usize,
  dy: usize,
  dyImageBytes: usize,
  dyStepY: usize,
  dyStepX: usize,
  rows: i32,
  columns: i32,
): void {
  const zero = f32x4.splat(0);
  let a0 = v128.load(sums);
  let a1 = wide ? v128.load(sums, 16) : zero;
  let a2 = wide ? v128.load(sums, 32) : zero;
  let a3 = wide ? v128.load(sums, 48) : zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  for (; rows > 0; rows--) {
    let pixel = x;
    let slope = dy;
    for (let column = columns; column > 0; column--) {
      a0 = add(a0, mul(v128.load(pixel), v128.load(slope)));
      if (wide) {
        a1 = add(a1, mul(v128.load(pixel, 16), v128.load(slope, 16)));
        a2 = add(a2, mul(v128.load(pixel, 32), v128.load(slope, 32)));
        a3 = add(a3, mul(v128.load(pixel, 48), v128.load(slope, 48)));
      }
      if (pair) {
        const pixel2 = pixel + xImageBytes;
        const slope2 = slope + dyImageBytes;
        b0 = add(b0, mul(v128.load(pixel2), v128.load(slope2)));
        if (wide) {
          b1 = add(b1, mul(v128.load(pixel2, 16), v128.load(slope2, 16)));
          b2 = add(b2, mul(v128.load(pixel2, 32), v128.load(slope2, 32)));
          b3 = add(b3, mul(v128.load(pixel2, 48), v128.load(slope2, 48)));
        }
      }
      pixel += xStepX;
      slope += dyStepX;
    }
    x += xStepY;
    dy += dyStepY;
  }
  v128.store(sums, pair ? add(a0, b0) : a0);
  if (wide) {
    v128.store(sums, pair ? add(a1, b1) : a1, 16);
    v128.store(sums, pair ? add(a2, b2) : a2, 32);
    v128.store(sums, pair ? add(a3, b3) : a3, 48);
  }
}

/** Computes totals[i] += sums[i], in float64, and sums[i] = 0. */
function moveToTotals(totals: usize, sums: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 4) {
    const four = v128.load(sums + (i << 2));
    const total = totals + (i << 3);
    const upper = i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    v128.store(total, f64x2.add(v128.load(total), f64x2.promote_low_f32x4(four)));
    v128.store(total, f64x2.add(v128.load(total, 16), f64x2.promote_low_f32x4(upper)), 16);
    v128.store(sums + (i << 2), f32x4.splat(0));
  }
}

/**
 * Reads pixels in the order of their addresses, which the processor fetches ahead: line by line in the order of the sums
 * below, it would wait for each. The store keeps the compiler from leaving the loads out.
 */
function fetchPixels(address: usize, pixels: i32, pixelBytes: usize, bytes: usize, last: usize): void {
  let bits = f32x4.splat(0);
  for (; pixels > 0; pixels--) {
    for (let z: usize = 0; z < bytes; z += LINE) bits = v128.or(bits, v128.load(address + z));
    address += pixelBytes;
  }
  v128.store(last, bits);
}

/** Computes the gradient from some images. */
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
  const imageBytes = <usize>height * lineBytes;
  const outLineBytes = <usize>outWidth * pixelBytes;
  const outImageBytes = <usize>outHeight * outLineBytes;
  const stepY = <usize>strideY * lineBytes;
  const stepX = <usize>strideX * pixelBytes;
  const taps = filterHeight * filterWidth;
  const blockTaps = min(taps, <i32>(FLOATS / 16));
  const blockLines = max(1, <i32>(FLOATS / 16) / blockTaps);
  const blockBytes = <usize>blockLines * LINE;
  const sums = blockSpace();
  const totals = sums + FLOATS * 4;
  const last = totals + FLOATS * 8;
  const blockRows = max(1, ROWS_BYTES / (2 * <i32>LINE * (outWidth + strideY * width)));
  for (let first: usize = 0; first < pixelBytes; first += blockBytes) {
    const bytes = min(blockBytes, pixelBytes - first);
    const tapBytes = (bytes + 15) & ~15;
    for (let firstTap = 0; firstTap < taps; firstTap += blockTaps) {
      const tapCount = min(blockTaps, taps - firstTap);
      const floats = <usize>tapCount * (tapBytes >> 2);
      memory.fill(sums, 0, floats << 2);
      memory.fill(totals, 0, floats << 3);
      let pixelsSummed = 0;
      for (let n = 0; n < images; n += 2) {
        const image = x + <usize>n * imageBytes + first;
        const outImage = y + <usize>n * outImageBytes + first;
        for (let row = 0; row < outHeight; row += blockRows) {
          const number = min(blockRows, outHeight - row);
          const from = max(0, row * strideY - padTop);
          const pixels = (min(height, from + number * strideY) - from) * width;
          fetchPixels(image + <usize>from * lineBytes, pixels, pixelBytes, bytes, last);
          fetchPixels(outImage + <usize>row * outLineBytes, number * outWidth, pixelBytes, bytes, last);
          if (n + 1 < images) {
            fetchPixels(image + imageBytes + <usize>from * lineBytes, pixels, pixelBytes, bytes, last);
            fetchPixels(outImage + outImageBytes + <usize>row * outLineBytes, number * outWidth, pixelBytes, bytes, last);
          }
          for (let z: usize = 0; z < bytes; ) {
            const wide = bytes - z >= LINE;
            for (let tap = 0; tap < tapCount; tap++) {
              const p = (firstTap + tap) / filterWidth;
              const q = (firstTap + tap) % filterWidth;
              const top = p * dilationY - padTop;
              const left = q * dilationX - padLeft;
              const i = max(row, firstInside(top, strideY));
              const rows = endInside(top, strideY, height, min(outHeight, row + blockRows)) - i;
              const j = firstInside(left, strideX);
              const columns = endInside(left, strideX, width, outWidth) - j;
              if (rows <= 0 || columns <= 0) continue;
              const pixel = image + <usize>(i * strideY + top) * lineBytes + <usize>(j * strideX + left) * pixelBytes;
              const slope = outImage + <usize>i * outLineBytes + <usize>j * pixelBytes;
              sumTap(
                wide,
                n + 1 < images,
                sums + <usize>tap * tapBytes + z,
                pixel + z,
                imageBytes,
                stepY,
                stepX,
                slope + z,
                outImageBytes,
                outLineBytes,
                pixelBytes,
                rows,
                columns,
              );
            }
            z += wide ? LINE : 16;
          }
          pixelsSummed += number * outWidth;
          if (pixelsSummed >= PIXELS) {
            moveToTotals(totals, sums, floats);
            pixelsSummed = 0;
          }
        }
      }
      moveToTotals(totals, sums, floats);
      for (let tap: usize = 0; tap < <usize>tapCount; tap++) {
        const target = filter + (<usize>firstTap + tap) * pixelBytes + first;
        const total = totals + tap * tapBytes * 2;
        for (let c: usize = 0; c < bytes >> 2; c++) store<f32>(target + (c << 2), <f32>load<f64>(total + (c << 3)));
      }
    }
  }
}

function sumTap(
  wide: bool,
  pair: bool,
  sums: usize,
  x: usize,
  xImageBytes: usize,
  xStepY: usize,
  xStepX: usize,
  dy: usize,
  dyImageBytes: usize,
  dyStepY: usize,
  dyStepX: usize,
  rows: i32,
  columns: i32,
): void {
  if (wide && pair) sumPixels(true, true, sums, x, xImageBytes, xStepY, xStepX, dy, dyImageBytes, dyStepY, dyStepX, rows, columns);
  else if (wide) sumPixels(true, false, sums, x, xImageBytes, xStepY, xStepX, dy, dyImageBytes, dyStepY, dyStepX, rows, columns);
  else if (pair) sumPixels(false, true, sums, x, xImageBytes, xStepY, xStepX, dy, dyImageBytes, dyStepY, dyStepX, rows, columns);
  else sumPixels(false, false, sums, x, xImageBytes, xStepY, xStepX, dy, dyImageBytes, dyStepY, dyStepX, rows, columns);
}
