/**
 * Winograd's F(2x2, 3x3) on one tile and four channels: 4x4 pixels <-> 16 planes, and 16 planes <-> 2x2 results. The
 * one-dimensional transform along the columns stays in registers, the one along the rows is a function `...Row`.
 * Matrices as in Lavin and Gray (2015), https://arxiv.org/abs/1509.09308, section 4.1.
 */
import { putFinished } from './activate';
import { accumulate, add, get, neg, put, sub } from './vector';
import { pixel, pixelOrNone } from './window';

/** B^T d. */
// @ts-ignore: decorator
@inline
function inputRow(d0: v128, d1: v128, d2: v128, d3: v128, to: usize, step: usize): void {
  put(to, sub(d0, d2));
  put(to + step, add(d1, d2));
  put(to + 2 * step, sub(d2, d1));
  put(to + 3 * step, sub(d1, d3));
}

/** V = B^T d B: the 4x4 pixels in the table to 16 planes. */
// @ts-ignore: decorator
@inline
export function inputTile2(table: usize, z: usize, plane: usize, stride: usize): void {
  const d00 = get(pixel(table, 0, z));
  const d01 = get(pixel(table, 1, z));
  const d02 = get(pixel(table, 2, z));
  const d03 = get(pixel(table, 3, z));
  const d10 = get(pixel(table, 4, z));
  const d11 = get(pixel(table, 5, z));
  const d12 = get(pixel(table, 6, z));
  const d13 = get(pixel(table, 7, z));
  const d20 = get(pixel(table, 8, z));
  const d21 = get(pixel(table, 9, z));
  const d22 = get(pixel(table, 10, z));
  const d23 = get(pixel(table, 11, z));
  const d30 = get(pixel(table, 12, z));
  const d31 = get(pixel(table, 13, z));
  const d32 = get(pixel(table, 14, z));
  const d33 = get(pixel(table, 15, z));
  inputRow(sub(d00, d20), sub(d01, d21), sub(d02, d22), sub(d03, d23), plane, stride);
  inputRow(add(d10, d20), add(d11, d21), add(d12, d22), add(d13, d23), plane + 4 * stride, stride);
  inputRow(sub(d20, d10), sub(d21, d11), sub(d22, d12), sub(d23, d13), plane + 8 * stride, stride);
  inputRow(sub(d10, d30), sub(d11, d31), sub(d12, d32), sub(d13, d33), plane + 12 * stride, stride);
}

/** B v, added. */
// @ts-ignore: decorator
@inline
function inputAdjointRow(v0: v128, v1: v128, v2: v128, v3: v128, p0: usize, p1: usize, p2: usize, p3: usize): void {
  accumulate(p0, v0);
  accumulate(p1, add(sub(v1, v2), v3));
  accumulate(p2, sub(add(v1, v2), v0));
  accumulate(p3, neg(v3));
}

/** d += B V B^T: 16 planes, added to the 4x4 pixels in the table. */
// @ts-ignore: decorator
@inline
export function inputAdjointTile2(table: usize, z: usize, plane: usize, stride: usize): void {
  const v00 = get(plane);
  const v01 = get(plane + stride);
  const v02 = get(plane + 2 * stride);
  const v03 = get(plane + 3 * stride);
  const v10 = get(plane + 4 * stride);
  const v11 = get(plane + 5 * stride);
  const v12 = get(plane + 6 * stride);
  const v13 = get(plane + 7 * stride);
  const v20 = get(plane + 8 * stride);
  const v21 = get(plane + 9 * stride);
  const v22 = get(plane + 10 * stride);
  const v23 = get(plane + 11 * stride);
  const v30 = get(plane + 12 * stride);
  const v31 = get(plane + 13 * stride);
  const v32 = get(plane + 14 * stride);
  const v33 = get(plane + 15 * stride);
  inputAdjointRow(v00, v01, v02, v03, pixel(table, 0, z), pixel(table, 1, z), pixel(table, 2, z), pixel(table, 3, z));
  inputAdjointRow(
    add(sub(v10, v20), v30),
    add(sub(v11, v21), v31),
    add(sub(v12, v22), v32),
    add(sub(v13, v23), v33),
    pixel(table, 4, z),
    pixel(table, 5, z),
    pixel(table, 6, z),
    pixel(table, 7, z),
  );
  inputAdjointRow(
    sub(add(v10, v20), v00),
    sub(add(v11, v21), v01),
    sub(add(v12, v22), v02),
    sub(add(v13, v23), v03),
    pixel(table, 8, z),
    pixel(table, 9, z),
    pixel(table, 10, z),
    pixel(table, 11, z),
  );
  inputAdjointRow(
    neg(v30),
    neg(v31),
    neg(v32),
    neg(v33),
    pixel(table, 12, z),
    pixel(table, 13, z),
    pixel(table, 14, z),
    pixel(table, 15, z),
  );
}

/** A^T m, finished, to pixels `index` and the next. */
// @ts-ignore: decorator
@inline
function outputRow(
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  table: usize,
  index: usize,
  z: usize,
  finishes: bool,
  bias: v128,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  const r0 = pixelOrNone(residuals, index, z);
  const r1 = pixelOrNone(residuals, index + 1, z);
  putFinished(pixel(table, index, z), add(m0, add(m1, m2)), finishes, bias, r0, low, high);
  putFinished(pixel(table, index + 1, z), sub(sub(m1, m2), m3), finishes, bias, r1, low, high);
}

/** Y = A^T M A: 16 planes to the 2x2 pixels in the table, finished as in `putFinished`; `residuals` is a table, or 0. */
// @ts-ignore: decorator
@inline
export function outputTile2(
  table: usize,
  z: usize,
  plane: usize,
  stride: usize,
  finishes: bool,
  bias: v128,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  const m00 = get(plane);
  const m01 = get(plane + stride);
  const m02 = get(plane + 2 * stride);
  const m03 = get(plane + 3 * stride);
  const m10 = get(plane + 4 * stride);
  const m11 = get(plane + 5 * stride);
  const m12 = get(plane + 6 * stride);
  const m13 = get(plane + 7 * stride);
  const m20 = get(plane + 8 * stride);
  const m21 = get(plane + 9 * stride);
  const m22 = get(plane + 10 * stride);
  const m23 = get(plane + 11 * stride);
  const m30 = get(plane + 12 * stride);
  const m31 = get(plane + 13 * stride);
  const m32 = get(plane + 14 * stride);
  const m33 = get(plane + 15 * stride);
  outputRow(
    add(m00, add(m10, m20)),
    add(m01, add(m11, m21)),
    add(m02, add(m12, m22)),
    add(m03, add(m13, m23)),
    table,
    0,
    z,
    finishes,
    bias,
    residuals,
    low,
    high,
  );
  outputRow(
    sub(sub(m10, m20), m30),
    sub(sub(m11, m21), m31),
    sub(sub(m12, m22), m32),
    sub(sub(m13, m23), m33),
    table,
    2,
    z,
    finishes,
    bias,
    residuals,
    low,
    high,
  );
}

/** A y. */
// @ts-ignore: decorator
@inline
function outputAdjointRow(y0: v128, y1: v128, to: usize, step: usize): void {
  put(to, y0);
  put(to + step, add(y0, y1));
  put(to + 2 * step, sub(y0, y1));
  put(to + 3 * step, neg(y1));
}

/** M = A Y A^T: the 2x2 pixels in the table to 16 planes. */
// @ts-ignore: decorator
@inline
export function outputAdjointTile2(table: usize, z: usize, plane: usize, stride: usize): void {
  const y00 = get(pixel(table, 0, z));
  const y01 = get(pixel(table, 1, z));
  const y10 = get(pixel(table, 2, z));
  const y11 = get(pixel(table, 3, z));
  outputAdjointRow(y00, y01, plane, stride);
  outputAdjointRow(add(y00, y10), add(y01, y11), plane + 4 * stride, stride);
  outputAdjointRow(sub(y00, y10), sub(y01, y11), plane + 8 * stride, stride);
  outputAdjointRow(neg(y10), neg(y11), plane + 12 * stride, stride);
}
