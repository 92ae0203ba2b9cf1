/**
 * Average pooling over NHWC images and its gradient, any window and stride. Windows are clipped at the borders: what lies
 * outside counts for nothing.
 */
import { accumulateLanes, add, get, putLanes } from './vector';

const enum Direction {
  Forward,
  Gradient,
}

/**
 * Visits every window. `direction` is a constant wherever this is inlined.
 *
 * @param source forward: x, gradient: dy.
 * @param target forward: y, gradient: dx.
 * @param divisor what an average divides by; 0: the number of pixels in the clipped window.
 */
// @ts-ignore: decorator
@inline
function poolImages(
  direction: Direction,
  source: usize,
  target: usize,
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
  divisor: f32,
): void {
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const imageBytes = <usize>height * lineBytes;
  const whole = pixelBytes & ~15;
  const lanes = (pixelBytes - whole) >> 2;
  let out: usize = 0;
  for (let n = 0; n < images; n++) {
    const image = <usize>n * imageBytes;
    if (direction == Direction.Gradient) memory.fill(target + image, 0, imageBytes);
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideY - padTop;
      const firstRow = max(top, 0);
      const rows = <usize>max(min(top + windowHeight, height) - firstRow, 0);
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * strideX - padLeft;
        const firstColumn = max(left, 0);
        const columns = <usize>max(min(left + windowWidth, width) - firstColumn, 0);
        const corner = image + <usize>firstRow * lineBytes + <usize>firstColumn * pixelBytes;
        const count = f32x4.splat(divisor == 0 ? <f32>(rows * columns) : divisor);
        for (let z: usize = 0; z < pixelBytes; z += 16) {
          const used: usize = z < whole ? 4 : lanes;
          if (direction == Direction.Forward) {
            const sum = total(source + corner + z, rows, columns, lineBytes, pixelBytes);
            putLanes(target + out + z, f32x4.div(sum, count), used);
          } else {
            const share = f32x4.div(get(source + out + z), count);
            spread(share, target + corner + z, rows, columns, lineBytes, pixelBytes, used);
          }
        }
        out += pixelBytes;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function total(line: usize, rows: usize, columns: usize, lineBytes: usize, pixelBytes: usize): v128 {
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < rows; i++) {
    let pixel = line;
    for (let j: usize = 0; j < columns; j++) {
      sum = add(sum, get(pixel));
      pixel += pixelBytes;
    }
    line += lineBytes;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function spread(
  share: v128,
  target: usize,
  rows: usize,
  columns: usize,
  lineBytes: usize,
  pixelBytes: usize,
  lanes: usize,
): void {
  for (let i: usize = 0; i < rows; i++) {
    let at: usize = 0;
    for (let j: usize = 0; j < columns; j++) {
      accumulateLanes(target + at, share, lanes);
      at += pixelBytes;
    }
    target += lineBytes;
  }
}

/** Computes the mean of each window's pixels inside the image. */
export function averagePool(
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
  poolImages(
    Direction.Forward,
    x,
    y,
    images,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    strideY,
    strideX,
    padTop,
    padLeft,
    0,
  );
}

/** Computes the gradient of an average to the images. */
export function averagePoolGradient(
  dy: usize,
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
  divisor: f32,
): void {
  poolImages(
    Direction.Gradient,
    dy,
    dx,
    images,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    strideY,
    strideX,
    padTop,
    padLeft,
    divisor,
  );
}
