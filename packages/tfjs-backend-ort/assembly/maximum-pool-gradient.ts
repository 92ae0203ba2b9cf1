/**
 * The gradient of maximum pooling over NHWC images, any window and stride, from the winners of maximum-pool.ts. Windows of
 * 3x3 and 2x2 pixels that are whole and do not overlap have special code, and so have those of 3x3 with stride 2.
 */
import { accumulateLanes, add, get, put, putLanes, where } from './vector';
import { dumpRow, ROW_BYTES, zeroRow } from './workspace';

/**
 * dx: each dy goes to the winner of its window.
 *
 * Where windows leave no pixel out, the first window that has a pixel writes it and later ones add to it, so that nothing
 * needs to be set to zero before. In a whole window, the later ones' pixels are the first rows and columns: as many as
 * the window is longer than the stride.
 */
export function maximumPoolGradient(
  dy: usize,
  winners: usize,
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
  if (windowHeight == 3 && windowWidth == 3 && strideY == 2 && strideX == 2) {
    gather3x3(dy, winners, dx, images, height, width, pixelBytes, outHeight, outWidth, padTop, padLeft);
    return;
  }
  const lineBytes = <usize>width * pixelBytes;
  const imageBytes = <usize>height * lineBytes;
  const whole = pixelBytes & ~15;
  const lanes = (pixelBytes - whole) >> 2;
  const covered =
    reachAll(height, outHeight, windowHeight, strideY, padTop) && reachAll(width, outWidth, windowWidth, strideX, padLeft);
  const overlapY = max(windowHeight - strideY, 0);
  const overlapX = max(windowWidth - strideX, 0);
  const isTiling = covered && overlapY == 0 && overlapX == 0;
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
        const to = dx + image + <usize>firstRow * lineBytes + <usize>firstColumn * pixelBytes;
        const winner = winners + (out >> 1);
        // Rows and columns of the clipped window that earlier windows have written.
        const above = !covered ? windowHeight : oy > 0 ? max(overlapY - (firstRow - top), 0) : 0;
        const before = !covered || ox == 0 ? 0 : max(overlapX - (firstColumn - left), 0);
        const ahead = (windowHeight - (firstRow - top)) * windowWidth - (firstColumn - left);
        const isAlone = isTiling && rows == windowHeight && columns == windowWidth;
        if (isAlone && rows == 3 && columns == 3) {
          for (let z: usize = 0; z < whole; z += 16) {
            spread3x3(get(dy + out + z), winnersAt(winner + (z >> 1)), to + z, lineBytes, pixelBytes);
          }
        } else if (isAlone && rows == 2 && columns == 2) {
          for (let z: usize = 0; z < whole; z += 16) {
            spread2x2(get(dy + out + z), winnersAt(winner + (z >> 1)), to + z, lineBytes, pixelBytes);
          }
        } else {
          spread(dy + out, winner, to, rows, columns, lineBytes, pixelBytes, 0, whole, above, before, ahead, windowWidth);
        }
        if (lanes) {
          const end = pixelBytes;
          spread(dy + out, winner, to, rows, columns, lineBytes, pixelBytes, whole, end, above, before, ahead, windowWidth);
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

/** Four winners. */
// @ts-ignore: decorator
@inline
function winnersAt(address: usize): v128 {
  return i32x4.extend_low_i16x8_u(v128.load64_zero(address));
}

/**
 * Any window, for the channels in bytes `from` to `to`. Pixels in its first `above` rows and its first `before` columns
 * are added to, the others are written. The window has `ahead` pixels from the first one inside the image on.
 */
function spread(
  dy: usize,
  winners: usize,
  dx: usize,
  rows: usize,
  columns: usize,
  lineBytes: usize,
  pixelBytes: usize,
  from: usize,
  to: usize,
  above: i32,
  before: i32,
  ahead: i32,
  windowWidth: i32,
): void {
  for (let z = from; z < to; z += 16) {
    const lanes = (to - z) >> 2;
    const gradient = get(dy + z);
    const winner = winnersAt(winners + (z >> 1));
    for (let i: usize = 0; i < rows; i++) {
      let at = i * lineBytes + z;
      for (let j: usize = 0; j < columns; j++) {
        const share = where(i32x4.eq(winner, i32x4.splat(ahead - <i32>i * windowWidth - <i32>j)), gradient);
        if (<i32>i < above || <i32>j < before) accumulateLanes(dx + at, share, lanes);
        else putLanes(dx + at, share, lanes);
        at += pixelBytes;
      }
    }
  }
}

/** A whole window that overlaps no other. */
// @ts-ignore: decorator
@inline
function spread3x3(dy: v128, winner: v128, dx: usize, lineBytes: usize, pixelBytes: usize): void {
  for (let i = 0; i < 3; i++) {
    put(dx, shareOf(dy, winner, 9 - 3 * i));
    put(dx + pixelBytes, shareOf(dy, winner, 8 - 3 * i));
    put(dx + 2 * pixelBytes, shareOf(dy, winner, 7 - 3 * i));
    dx += lineBytes;
  }
}

// @ts-ignore: decorator
@inline
function spread2x2(dy: v128, winner: v128, dx: usize, lineBytes: usize, pixelBytes: usize): void {
  put(dx, shareOf(dy, winner, 4));
  put(dx + pixelBytes, shareOf(dy, winner, 3));
  put(dx + lineBytes, shareOf(dy, winner, 2));
  put(dx + lineBytes + pixelBytes, shareOf(dy, winner, 1));
}

/** dy where the winner is the pixel from which on the window has `ahead`. */
// @ts-ignore: decorator
@inline
function shareOf(dy: v128, winner: v128, ahead: i32): v128 {
  return where(i32x4.eq(winner, i32x4.splat(ahead)), dy);
}

/**
 * The gradient of 3x3 windows with stride 2, cell by cell: a cell is the middle pixel of a window and those to its right, below
 * it and between. So every pixel is written once, as the sum over its one, two or four windows in reading order.
 */
function gather3x3(
  dy: usize,
  winners: usize,
  dx: usize,
  images: i32,
  height: i32,
  width: i32,
  pixelBytes: usize,
  outHeight: i32,
  outWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const firstY = (padTop - 1) >> 1;
  const firstX = (padLeft - 1) >> 1;
  for (let n = 0; n < images; n++) {
    for (let oy = firstY; 2 * oy + 1 - padTop < height; oy++) {
      for (let ox = firstX; 2 * ox + 1 - padLeft < width; ox++) {
        const y = 2 * oy + 1 - padTop;
        const x = 2 * ox + 1 - padLeft;
        for (let block: usize = 0; block < pixelBytes; block += ROW_BYTES) {
          // Windows a, b, c, d and pixels p, q, r, s, in reading order.
          const a = offsetOf(n, oy, ox, outHeight, outWidth, pixelBytes, block);
          const b = offsetOf(n, oy, ox + 1, outHeight, outWidth, pixelBytes, block);
          const c = offsetOf(n, oy + 1, ox, outHeight, outWidth, pixelBytes, block);
          const d = offsetOf(n, oy + 1, ox + 1, outHeight, outWidth, pixelBytes, block);
          const p = offsetOf(n, y, x, height, width, pixelBytes, block);
          const q = offsetOf(n, y, x + 1, height, width, pixelBytes, block);
          const r = offsetOf(n, y + 1, x, height, width, pixelBytes, block);
          const s = offsetOf(n, y + 1, x + 1, height, width, pixelBytes, block);
          gatherCell(
            min(pixelBytes - block, ROW_BYTES),
            a == OUTSIDE ? zeroRow() : dy + a,
            b == OUTSIDE ? zeroRow() : dy + b,
            c == OUTSIDE ? zeroRow() : dy + c,
            d == OUTSIDE ? zeroRow() : dy + d,
            a == OUTSIDE ? zeroRow() : winners + (a >> 1),
            b == OUTSIDE ? zeroRow() : winners + (b >> 1),
            c == OUTSIDE ? zeroRow() : winners + (c >> 1),
            d == OUTSIDE ? zeroRow() : winners + (d >> 1),
            p == OUTSIDE ? dumpRow() : dx + p,
            q == OUTSIDE ? dumpRow() : dx + q,
            r == OUTSIDE ? dumpRow() : dx + r,
            s == OUTSIDE ? dumpRow() : dx + s,
          );
        }
      }
    }
  }
}

const OUTSIDE: usize = usize.MAX_VALUE;

/** Bytes from the first image's start to a pixel's `block`, or OUTSIDE. */
// @ts-ignore: decorator
@inline
function offsetOf(n: i32, y: i32, x: i32, height: i32, width: i32, pixelBytes: usize, block: usize): usize {
  // As an unsigned number, a negative index is a large one.
  if (<u32>y >= <u32>height || <u32>x >= <u32>width) return OUTSIDE;
  return ((<usize>n * <usize>height + <usize>y) * <usize>width + <usize>x) * pixelBytes + block;
}

/** Computes a cell's pixels p, q, r, s from the gradients and winners of its windows, for `bytes` of channels. */
function gatherCell(
  bytes: usize,
  dyA: usize,
  dyB: usize,
  dyC: usize,
  dyD: usize,
  winnersA: usize,
  winnersB: usize,
  winnersC: usize,
  winnersD: usize,
  p: usize,
  q: usize,
  r: usize,
  s: usize,
): void {
  for (let z: usize = 0; z < bytes; z += 16) {
    const lanes = (bytes - z) >> 2;
    const half = z >> 1;
    const a = get(dyA + z);
    const b = get(dyB + z);
    const c = get(dyC + z);
    const winnerA = winnersAt(winnersA + half);
    const winnerB = winnersAt(winnersB + half);
    const winnerC = winnersAt(winnersC + half);
    const ofD = shareOf(get(dyD + z), winnersAt(winnersD + half), 9);
    const right = add(shareOf(a, winnerA, 4), shareOf(b, winnerB, 6));
    const below = add(shareOf(a, winnerA, 2), shareOf(c, winnerC, 8));
    const between = add(add(shareOf(a, winnerA, 1), shareOf(b, winnerB, 3)), shareOf(c, winnerC, 7));
    putLanes(p + z, shareOf(a, winnerA, 5), lanes);
    putLanes(q + z, right, lanes);
    putLanes(r + z, below, lanes);
    putLanes(s + z, add(between, ofD), lanes);
  }
}
