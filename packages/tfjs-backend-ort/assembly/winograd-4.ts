/**
 * Winograd's F(4x4, 3x3) on one tile and four channels: 6x6 pixels <-> 36 planes, and 36 planes <-> 4x4 results. 36
 * vectors do not fit into registers: the transform along the columns goes through the patch, the one along the rows
 * reads it from there. Matrices as in Lavin and Gray (2015), https://arxiv.org/abs/1509.09308, section 4.2; rows that
 * differ in signs only share their even and odd parts.
 */
import { putFinished } from './activate';
import { add, get, neg, put, putOrAdd, sub, times } from './vector';
import { pixel, pixelOrNone } from './window';

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

/** V = B^T d B: the 6x6 pixels in the table to 36 planes. */
// @ts-ignore: decorator
@inline
export function inputTile4(table: usize, z: usize, plane: usize, stride: usize, patch: usize): void {
  for (let j: usize = 0; j < 6; j++) {
    const column = patch + j * 16;
    inputLine(
      get(pixel(table, j, z)),
      get(pixel(table, j + 6, z)),
      get(pixel(table, j + 12, z)),
      get(pixel(table, j + 18, z)),
      get(pixel(table, j + 24, z)),
      get(pixel(table, j + 30, z)),
      column,
      96,
    );
  }
  for (let i: usize = 0; i < 6; i++) {
    const row = patch + i * 96;
    const to = plane + 6 * i * stride;
    inputLine(get(row), get(row + 16), get(row + 32), get(row + 48), get(row + 64), get(row + 80), to, stride);
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

/** d += B V B^T: 36 planes, added to the 6x6 pixels in the table. */
// @ts-ignore: decorator
@inline
export function inputAdjointTile4(table: usize, z: usize, plane: usize, stride: usize, patch: usize): void {
  for (let j: usize = 0; j < 6; j++) {
    const from = plane + j * stride;
    const column = patch + j * 16;
    inputAdjointLine(
      get(from),
      get(from + 6 * stride),
      get(from + 12 * stride),
      get(from + 18 * stride),
      get(from + 24 * stride),
      get(from + 30 * stride),
      column,
      column + 96,
      column + 192,
      column + 288,
      column + 384,
      column + 480,
      false,
    );
  }
  for (let i: usize = 0; i < 36; i += 6) {
    const row = patch + i * 16;
    inputAdjointLine(
      get(row),
      get(row + 16),
      get(row + 32),
      get(row + 48),
      get(row + 64),
      get(row + 80),
      pixel(table, i, z),
      pixel(table, i + 1, z),
      pixel(table, i + 2, z),
      pixel(table, i + 3, z),
      pixel(table, i + 4, z),
      pixel(table, i + 5, z),
      true,
    );
  }
}

/** Y = A^T M A: 36 planes to the 4x4 pixels in the table, finished as in `putFinished`; `residuals` is a table, or 0. */
// @ts-ignore: decorator
@inline
export function outputTile4(
  table: usize,
  z: usize,
  plane: usize,
  stride: usize,
  patch: usize,
  finishes: bool,
  bias: v128,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  for (let j: usize = 0; j < 6; j++) {
    const from = plane + j * stride;
    const column = patch + j * 16;
    const m0 = get(from);
    const m1 = get(from + 6 * stride);
    const m2 = get(from + 12 * stride);
    const m3 = get(from + 18 * stride);
    const m4 = get(from + 24 * stride);
    const m5 = get(from + 30 * stride);
    put(column, output0(m0, m1, m2, m3, m4));
    put(column + 96, output1(m1, m2, m3, m4));
    put(column + 192, output2(m1, m2, m3, m4));
    put(column + 288, output3(m1, m2, m3, m4, m5));
  }
  for (let i: usize = 0; i < 4; i++) {
    const row = patch + i * 96;
    const m0 = get(row);
    const m1 = get(row + 16);
    const m2 = get(row + 32);
    const m3 = get(row + 48);
    const m4 = get(row + 64);
    const m5 = get(row + 80);
    const r0 = pixelOrNone(residuals, 4 * i, z);
    const r1 = pixelOrNone(residuals, 4 * i + 1, z);
    const r2 = pixelOrNone(residuals, 4 * i + 2, z);
    const r3 = pixelOrNone(residuals, 4 * i + 3, z);
    putFinished(pixel(table, 4 * i, z), output0(m0, m1, m2, m3, m4), finishes, bias, r0, low, high);
    putFinished(pixel(table, 4 * i + 1, z), output1(m1, m2, m3, m4), finishes, bias, r1, low, high);
    putFinished(pixel(table, 4 * i + 2, z), output2(m1, m2, m3, m4), finishes, bias, r2, low, high);
    putFinished(pixel(table, 4 * i + 3, z), output3(m1, m2, m3, m4, m5), finishes, bias, r3, low, high);
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

/** M = A Y A^T: the 4x4 pixels in the table to 36 planes. */
// @ts-ignore: decorator
@inline
export function outputAdjointTile4(table: usize, z: usize, plane: usize, stride: usize, patch: usize): void {
  for (let j: usize = 0; j < 4; j++) {
    const column = patch + j * 16;
    outputAdjointLine(
      get(pixel(table, j, z)),
      get(pixel(table, j + 4, z)),
      get(pixel(table, j + 8, z)),
      get(pixel(table, j + 12, z)),
      column,
      64,
    );
  }
  for (let i: usize = 0; i < 6; i++) {
    const row = patch + i * 64;
    const to = plane + 6 * i * stride;
    outputAdjointLine(get(row), get(row + 16), get(row + 32), get(row + 48), to, stride);
  }
}
