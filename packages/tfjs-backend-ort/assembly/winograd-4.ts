/**
 * Winograd's F(4x4, 3x3) on one tile: 6x6 pixels <-> 36 planes, and 36 planes <-> 4x4 results. The transform along the
 * columns goes to a patch, the one along the rows reads it from there. Each does two cache lines of channels side by side:
 * one vector after the other, a plane's line would leave the cache, where 36 planes lie in few sets, before it is full.
 *
 * Matrices as in Lavin and Gray (2015), https://arxiv.org/abs/1509.09308, section 4.2; rows that differ in signs only share
 * their even and odd parts.
 */
import { putFinished } from './activate';
import { add, get, neg, put, putOrAdd, sub, times } from './vector';
import { pixel, pixelOrNone } from './window';
import { addressTable, blockSpace } from './workspace';

/** Bytes of channels side by side, which is the distance of two of the patch's places. 64 or 256 take longer. */
const NEXT: usize = 128;

/** B^T d, stored at to, to + step and so on. */
// @ts-ignore: decorator
@inline
function inputLine(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  const even1 = sub(d4, times(d2, 4));
  const odd1 = sub(d3, times(d1, 4));
  const even2 = sub(d4, d2);
  const odd2 = times(sub(d3, d1), 2);
  put(to, add(sub(times(d0, 4), times(d2, 5)), d4));
  put(to + step, add(even1, odd1));
  put(to + 2 * step, sub(even1, odd1));
  put(to + 3 * step, add(even2, odd2));
  put(to + 4 * step, sub(even2, odd2));
  put(to + 5 * step, add(sub(times(d1, 4), times(d3, 5)), d5));
}

/** V = B^T d B: `bytes` of channels of the 6x6 pixels in the table to 36 planes. */
// @ts-ignore: decorator
@inline
export function inputTile4(plane: usize, stride: usize, bytes: usize): void {
  const table = addressTable();
  const patch = blockSpace();
  for (let z: usize = 0; z < bytes; z += NEXT) {
    const end = min(bytes - z, NEXT);
    for (let j: usize = 0; j < 6; j++) {
      const d0 = pixel(table, j, z);
      const d1 = pixel(table, j + 6, z);
      const d2 = pixel(table, j + 12, z);
      const d3 = pixel(table, j + 18, z);
      const d4 = pixel(table, j + 24, z);
      const d5 = pixel(table, j + 30, z);
      const column = patch + NEXT * j;
      for (let at: usize = 0; at < end; at += 16) {
        inputLine(get(d0 + at), get(d1 + at), get(d2 + at), get(d3 + at), get(d4 + at), get(d5 + at), column + at, 6 * NEXT);
      }
    }
    for (let i: usize = 0; i < 6; i++) {
      const to = plane + 6 * i * stride + z;
      for (let at: usize = 0; at < end; at += 16) {
        const row = patch + 6 * NEXT * i + at;
        inputLine(
          get(row),
          get(row + NEXT),
          get(row + 2 * NEXT),
          get(row + 3 * NEXT),
          get(row + 4 * NEXT),
          get(row + 5 * NEXT),
          to + at,
          stride,
        );
      }
    }
  }
}

/** B v, stored at p0 to p5, or added to the values there. */
// @ts-ignore: decorator
@inline
function inputAdjointLine(
  v0: v128,
  v1: v128,
  v2: v128,
  v3: v128,
  v4: v128,
  v5: v128,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  p4: usize,
  p5: usize,
  adds: bool,
): void {
  const sum1 = add(v1, v2);
  const difference1 = sub(v1, v2);
  const sum2 = add(v3, v4);
  const difference2 = times(sub(v3, v4), 2);
  putOrAdd(p0, times(v0, 4), adds);
  putOrAdd(p1, sub(times(sub(v5, difference1), 4), difference2), adds);
  putOrAdd(p2, neg(add(add(times(v0, 5), times(sum1, 4)), sum2)), adds);
  putOrAdd(p3, sub(add(difference1, difference2), times(v5, 5)), adds);
  putOrAdd(p4, add(v0, add(sum1, sum2)), adds);
  putOrAdd(p5, v5, adds);
}

/** d += B V B^T: 36 planes, added to `bytes` of channels of the 6x6 pixels in the table. */
// @ts-ignore: decorator
@inline
export function inputAdjointTile4(plane: usize, stride: usize, bytes: usize): void {
  const table = addressTable();
  const patch = blockSpace();
  for (let z: usize = 0; z < bytes; z += NEXT) {
    const end = min(bytes - z, NEXT);
    for (let j: usize = 0; j < 6; j++) {
      for (let at: usize = 0; at < end; at += 16) {
        const from = plane + j * stride + z + at;
        const column = patch + NEXT * j + at;
        inputAdjointLine(
          get(from),
          get(from + 6 * stride),
          get(from + 12 * stride),
          get(from + 18 * stride),
          get(from + 24 * stride),
          get(from + 30 * stride),
          column,
          column + 6 * NEXT,
          column + 12 * NEXT,
          column + 18 * NEXT,
          column + 24 * NEXT,
          column + 30 * NEXT,
          false,
        );
      }
    }
    for (let i: usize = 0; i < 36; i += 6) {
      const d0 = pixel(table, i, z);
      const d1 = pixel(table, i + 1, z);
      const d2 = pixel(table, i + 2, z);
      const d3 = pixel(table, i + 3, z);
      const d4 = pixel(table, i + 4, z);
      const d5 = pixel(table, i + 5, z);
      for (let at: usize = 0; at < end; at += 16) {
        const row = patch + NEXT * i + at;
        inputAdjointLine(
          get(row),
          get(row + NEXT),
          get(row + 2 * NEXT),
          get(row + 3 * NEXT),
          get(row + 4 * NEXT),
          get(row + 5 * NEXT),
          d0 + at,
          d1 + at,
          d2 + at,
          d3 + at,
          d4 + at,
          d5 + at,
          true,
        );
      }
    }
  }
}

/**
 * Y = A^T M A: 36 planes to `bytes` of channels of the 4x4 pixels in the table, finished as in `putFinished` with the bias at
 * an address; `residuals` is a table, or 0.
 */
// @ts-ignore: decorator
@inline
export function outputTile4(
  plane: usize,
  stride: usize,
  bytes: usize,
  finishes: bool,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  const table = addressTable();
  const patch = blockSpace();
  for (let z: usize = 0; z < bytes; z += NEXT) {
    const end = min(bytes - z, NEXT);
    for (let j: usize = 0; j < 6; j++) {
      for (let at: usize = 0; at < end; at += 16) {
        const from = plane + j * stride + z + at;
        const column = patch + NEXT * j + at;
        const m0 = get(from);
        const m1 = get(from + 6 * stride);
        const m2 = get(from + 12 * stride);
        const m3 = get(from + 18 * stride);
        const m4 = get(from + 24 * stride);
        const m5 = get(from + 30 * stride);
        put(column, output0(m0, m1, m2, m3, m4));
        put(column + 6 * NEXT, output1(m1, m2, m3, m4));
        put(column + 12 * NEXT, output2(m1, m2, m3, m4));
        put(column + 18 * NEXT, output3(m1, m2, m3, m4, m5));
      }
    }
    for (let i: usize = 0; i < 4; i++) {
      const y0 = pixel(table, 4 * i, z);
      const y1 = pixel(table, 4 * i + 1, z);
      const y2 = pixel(table, 4 * i + 2, z);
      const y3 = pixel(table, 4 * i + 3, z);
      const r0 = pixelOrNone(residuals, 4 * i, z);
      const r1 = pixelOrNone(residuals, 4 * i + 1, z);
      const r2 = pixelOrNone(residuals, 4 * i + 2, z);
      const r3 = pixelOrNone(residuals, 4 * i + 3, z);
      for (let at: usize = 0; at < end; at += 16) {
        const row = patch + 6 * NEXT * i + at;
        const m0 = get(row);
        const m1 = get(row + NEXT);
        const m2 = get(row + 2 * NEXT);
        const m3 = get(row + 3 * NEXT);
        const m4 = get(row + 4 * NEXT);
        const m5 = get(row + 5 * NEXT);
        const sum = finishes ? get(bias + z + at) : m0;
        const offset = residuals ? at : 0;
        putFinished(y0 + at, output0(m0, m1, m2, m3, m4), finishes, sum, r0 + offset, low, high);
        putFinished(y1 + at, output1(m1, m2, m3, m4), finishes, sum, r1 + offset, low, high);
        putFinished(y2 + at, output2(m1, m2, m3, m4), finishes, sum, r2 + offset, low, high);
        putFinished(y3 + at, output3(m1, m2, m3, m4, m5), finishes, sum, r3 + offset, low, high);
      }
    }
  }
}

// The rows of A^T m. The compiler computes what they share once.

// @ts-ignore: decorator
@inline
function output0(m0: v128, m1: v128, m2: v128, m3: v128, m4: v128): v128 {
  return add(m0, add(add(m1, m2), add(m3, m4)));
}

// @ts-ignore: decorator
@inline
function output1(m1: v128, m2: v128, m3: v128, m4: v128): v128 {
  return add(sub(m1, m2), times(sub(m3, m4), 2));
}

// @ts-ignore: decorator
@inline
function output2(m1: v128, m2: v128, m3: v128, m4: v128): v128 {
  return add(add(m1, m2), times(add(m3, m4), 4));
}

// @ts-ignore: decorator
@inline
function output3(m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): v128 {
  return add(add(sub(m1, m2), times(sub(m3, m4), 8)), m5);
}

/** A y, stored at to, to + step and so on. */
// @ts-ignore: decorator
@inline
function outputAdjointLine(y0: v128, y1: v128, y2: v128, y3: v128, to: usize, step: usize): void {
  const even1 = add(y0, y2);
  const odd1 = add(y1, y3);
  const even2 = add(y0, times(y2, 4));
  const odd2 = add(times(y1, 2), times(y3, 8));
  put(to, y0);
  put(to + step, add(even1, odd1));
  put(to + 2 * step, sub(even1, odd1));
  put(to + 3 * step, add(even2, odd2));
  put(to + 4 * step, sub(even2, odd2));
  put(to + 5 * step, y3);
}

/** M = A Y A^T: `bytes` of channels of the 4x4 pixels in the table to 36 planes. */
// @ts-ignore: decorator
@inline
export function outputAdjointTile4(plane: usize, stride: usize, bytes: usize): void {
  const table = addressTable();
  const patch = blockSpace();
  for (let z: usize = 0; z < bytes; z += NEXT) {
    const end = min(bytes - z, NEXT);
    for (let j: usize = 0; j < 4; j++) {
      const y0 = pixel(table, j, z);
      const y1 = pixel(table, j + 4, z);
      const y2 = pixel(table, j + 8, z);
      const y3 = pixel(table, j + 12, z);
      const column = patch + NEXT * j;
      for (let at: usize = 0; at < end; at += 16) {
        outputAdjointLine(get(y0 + at), get(y1 + at), get(y2 + at), get(y3 + at), column + at, 4 * NEXT);
      }
    }
    for (let i: usize = 0; i < 6; i++) {
      const to = plane + 6 * i * stride + z;
      for (let at: usize = 0; at < end; at += 16) {
        const row = patch + 4 * NEXT * i + at;
        outputAdjointLine(get(row), get(row + NEXT), get(row + 2 * NEXT), get(row + 3 * NEXT), to + at, stride);
      }
    }
  }
}
