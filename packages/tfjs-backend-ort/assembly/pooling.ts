/**
 * Pooling over NHWC images and its gradients, any window and stride. Windows are clipped at the borders: what lies
 * outside counts for nothing.
 */
import { accumulateLanes, add, get, putLanes, where } from './vector';

const enum Pool {
  Maximum,
  Average,
}

const enum Direction {
  Forward,
  Gradient,
}

/**
 * Visits every window. `pool` and `direction` are constants wherever this is inlined.
 *
 * @param source forward: x, gradient: dy.
 * @param target forward: y, gradient: dx.
 * @param x, y the images and their maxima, for the gradient of a maximum.
 * @param divisor what an average divides by; 0: the number of pixels in the clipped window.
 */
// @ts-ignore: decorator
@inline
function poolImages(
  pool: Pool,
  direction: Direction,
  source: usize,
  target: usize,
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
  divisor: f32,
): void {
  const pixelBytes = <usize>channels << 2;
  const lineBytes = <usize>width * pixelBytes;
  const imageBytes = <usize>height * lineBytes;
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
        const count = divisor == 0 ? <f32>(rows * columns) : divisor;
        const whole = pixelBytes & ~15;
        for (let z: usize = 0; z < whole; z += 16) {
          poolWindow(
            pool,
            direction,
            source,
            target,
            x,
            y,
            corner + z,
            out + z,
            rows,
            columns,
            lineBytes,
            pixelBytes,
            count,
            4,
          );
        }
        if (whole < pixelBytes) {
          poolWindow(
            pool,
            direction,
            source,
            target,
            x,
            y,
            corner + whole,
            out + whole,
            rows,
            columns,
            lineBytes,
            pixelBytes,
            count,
            (pixelBytes - whole) >> 2,
          );
        }
        out += pixelBytes;
      }
    }
  }
}

/** One vector of one window; its first pixel is `at` bytes into the images, its result `out` bytes into the outputs. */
// @ts-ignore: decorator
@inline
function poolWindow(
  pool: Pool,
  direction: Direction,
  source: usize,
  target: usize,
  x: usize,
  y: usize,
  at: usize,
  out: usize,
  rows: usize,
  columns: usize,
  lineBytes: usize,
  pixelBytes: usize,
  count: f32,
  lanes: usize,
): void {
  if (direction == Direction.Forward) {
    if (pool == Pool.Maximum) {
      putLanes(target + out, maximum(source + at, rows, columns, lineBytes, pixelBytes), lanes);
    } else {
      const sum = total(source + at, rows, columns, lineBytes, pixelBytes);
      putLanes(target + out, f32x4.div(sum, f32x4.splat(count)), lanes);
    }
  } else if (pool == Pool.Maximum) {
    const dy = get(source + out);
    const largest = get(y + out);
    spreadToMaximum(dy, largest, x + at, target + at, rows, columns, lineBytes, pixelBytes, lanes);
  } else {
    const share = f32x4.div(get(source + out), f32x4.splat(count));
    spread(share, target + at, rows, columns, lineBytes, pixelBytes, lanes);
  }
}

/** The largest of the window's numbers; NaN is passed over, and an empty window has -Infinity. */
// @ts-ignore: decorator
@inline
function maximum(line: usize, rows: usize, columns: usize, lineBytes: usize, pixelBytes: usize): v128 {
  let largest = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < rows; i++) {
    let pixel = line;
    for (let j: usize = 0; j < columns; j++) {
      largest = f32x4.pmax(largest, get(pixel));
      pixel += pixelBytes;
    }
    line += lineBytes;
  }
  return largest;
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

/** Adds dy to the first pixel of the window, in reading order, that is the maximum. */
// @ts-ignore: decorator
@inline
function spreadToMaximum(
  dy: v128,
  largest: v128,
  line: usize,
  target: usize,
  rows: usize,
  columns: usize,
  lineBytes: usize,
  pixelBytes: usize,
  lanes: usize,
): void {
  // A window without a number above -Infinity has no maximum, and passes nothing on.
  let open = f32x4.gt(largest, f32x4.splat(-Infinity));
  for (let i: usize = 0; i < rows; i++) {
    let at: usize = 0;
    for (let j: usize = 0; j < columns; j++) {
      const here = v128.and(open, f32x4.eq(get(line + at), largest));
      accumulateLanes(target + at, where(here, dy), lanes);
      open = v128.andnot(open, here);
      at += pixelBytes;
    }
    line += lineBytes;
    target += lineBytes;
  }
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

/** Maximum or average pooling. */
export function pool(
  average: bool,
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
  if (average) {
    poolImages(
      Pool.Average,
      Direction.Forward,
      x,
      y,
      0,
      0,
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
  } else {
    poolImages(
      Pool.Maximum,
      Direction.Forward,
      x,
      y,
      0,
      0,
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
}

/** The gradient to the images; `x` and `y` are read for a maximum only. */
export function poolGradient(
  average: bool,
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
  divisor: f32,
): void {
  if (average) {
    poolImages(
      Pool.Average,
      Direction.Gradient,
      dy,
      dx,
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
      divisor,
    );
  } else {
    poolImages(
      Pool.Maximum,
      Direction.Gradient,
      dy,
      dx,
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
      divisor,
    );
  }
}
