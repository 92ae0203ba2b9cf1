/**
 * 3x3 convolutions of whole images of 2x2, 3x3 or 7x7 pixels with a border of zeros: n x n pixels <-> 9, 16 or 100 planes. As the border is known, a line of n pixels takes 3, 4 or 10 multiplications, not the n + 2 of
 * Winograd's F(n, 3), or those of two tiles. src/simd/whole-image.ts has the matrix A of each size, G, and the reason.
 *
 * One pair of transforms serves both ends: the input's matrix is A with its columns in reverse, so that an input is
 * transformed as an output's gradient that is turned by half.
 */
import { putFinished } from './activate';
import { add, get, put, sub, times } from './vector';
import { pixel, pixelOrNone } from './window';
import { blockSpace } from './workspace';

const ROOT_2: f32 = 1.4142135623730951;
const THIRD: f32 = 0.5773502691896258;
const A1: f32 = -0.9453047307958738;
const B1: f32 = 0.401214647905422;
const C1: f32 = -0.6780536126122565;
const A2: f32 = -0.09350249159750027;
const B2: f32 = -0.881207584117459;
const C2: f32 = 0.5530536126122565;

/** Planes per axis. */
// @ts-ignore: decorator
@inline
function pointsOf(n: usize): usize {
  return n == 2 ? 3 : n == 3 ? 4 : 10;
}

/**
XX
 * more of those than the cache holds are in use at a time.
 */
const LINE_VECTORS: usize = 16;

/** M = A Y A^T: `bytes` of channels of the n x n pixels in the table to pointsOf(n)^2 planes. */
// @ts-ignore: decorator
@inline
export function expandImage(n: usize, table: usize, plane: usize, stride: usize, bytes: usize): void {
  const points = pointsOf(n);
  const patch = blockSpace();
  for (let z: usize = 0; z < bytes; z += 16 * LINE_VECTORS) {
    const end = min(bytes - z, 16 * LINE_VECTORS);
    for (let j: usize = 0; j < n; j++) {
      for (let at: usize = 0; at < end; at += 16) {
        expandColumn(n, table, j, z + at, patch + 16 * LINE_VECTORS * j + at, 16 * LINE_VECTORS * n);
      }
    }
    for (let i: usize = 0; i < points; i++) {
      for (let at: usize = 0; at < end; at += 16) {
        expandRow(n, patch + 16 * LINE_VECTORS * n * i + at, plane + points * i * stride + z + at, stride);
      }
    }
  }
}

/** A y for column j of the pixels in the table. */
// @ts-ignore: decorator
@inline
function expandColumn(n: usize, table: usize, j: usize, z: usize, to: usize, step: usize): void {
  const y0 = get(pixel(table, j, z));
  const y1 = get(pixel(table, j + n, z));
  if (n == 2) {
    expandLine2(y0, y1, to, step);
    return;
  }
  const y2 = get(pixel(table, j + 2 * n, z));
  if (n == 3) {
    expandLine3(y0, y1, y2, to, step);
    return;
  }
  const y3 = get(pixel(table, j + 3 * n, z));
  const y4 = get(pixel(table, j + 4 * n, z));
  const y5 = get(pixel(table, j + 5 * n, z));
  expandLine7(y0, y1, y2, y3, y4, y5, get(pixel(table, j + 6 * n, z)), to, step);
}

/** A y for a row of the patch. */
// @ts-ignore: decorator
@inline
function expandRow(n: usize, row: usize, to: usize, step: usize): void {
  const next = 16 * LINE_VECTORS;
  const y0 = get(row);
  const y1 = get(row + next);
  if (n == 2) {
    expandLine2(y0, y1, to, step);
    return;
  }
  const y2 = get(row + 2 * next);
  if (n == 3) {
    expandLine3(y0, y1, y2, to, step);
    return;
  }
  const y3 = get(row + 3 * next);
  const y4 = get(row + 4 * next);
  expandLine7(y0, y1, y2, y3, y4, get(row + 5 * next), get(row + 6 * next), to, step);
}

/**
 * Y = A^T M A: pointsOf(n)^2 planes to `bytes` of channels of the n x n pixels in the table, with `finishes` finished as in
 * `putFinished` with the bias at an address; `residuals` is a table, or 0.
 */
// @ts-ignore: decorator
@inline
export function contractImage(
  n: usize,
  table: usize,
  plane: usize,
  stride: usize,
  bytes: usize,
  finishes: bool,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  const points = pointsOf(n);
  const patch = blockSpace();
  const next = 16 * LINE_VECTORS;
  // A row's results, between the sums and what finishes them.
  const line = patch + next * n * points;
  for (let z: usize = 0; z < bytes; z += next) {
    const end = min(bytes - z, next);
    for (let j: usize = 0; j < points; j++) {
      for (let at: usize = 0; at < end; at += 16) {
        contractLine(n, plane + j * stride + z + at, points * stride, patch + next * j + at, next * points);
      }
    }
    for (let i: usize = 0; i < n; i++) {
      for (let at: usize = 0; at < end; at += 16) {
        contractLine(n, patch + next * points * i + at, next, line, 16);
        const row = finishes ? get(bias + z + at) : f32x4.splat(0);
        for (let j: usize = 0; j < n; j++) {
          const residual = pixelOrNone(residuals, n * i + j, z + at);
          putFinished(pixel(table, n * i + j, z + at), get(line + 16 * j), finishes, row, residual, low, high);
        }
      }
    }
  }
}

/** A^T m for the vectors at from, from + step and so on; n results at to, to + toStep and so on. */
// @ts-ignore: decorator
@inline
function contractLine(n: usize, from: usize, step: usize, to: usize, toStep: usize): void {
  if (n == 2) contractLine2(from, step, to, toStep);
  else if (n == 3) contractLine3(from, step, to, toStep);
  else contractLine7(from, step, to, toStep);
}

/** A y. */
// @ts-ignore: decorator
@inline
function expandLine2(y0: v128, y1: v128, to: usize, step: usize): void {
  put(to, add(y0, times(y1, 3)));
  put(to + step, add(times(y0, 3), y1));
  put(to + 2 * step, sub(y0, y1));
}

/** A^T m. */
// @ts-ignore: decorator
@inline
function contractLine2(from: usize, step: usize, to: usize, toStep: usize): void {
  const m0 = get(from);
  const m1 = get(from + step);
  const m2 = get(from + 2 * step);
  put(to, add(add(m0, times(m1, 3)), m2));
  put(to + toStep, sub(add(times(m0, 3), m1), m2));
}

// In the larger ones, rows of A that differ in the signs of odd columns only share their even and odd parts.

/** Stores two rows of A y. */
// @ts-ignore: decorator
@inline
function putPair(to: usize, step: usize, pair: usize, even: v128, odd: v128): void {
  put(to + 2 * pair * step, add(even, odd));
  put(to + (2 * pair + 1) * step, sub(even, odd));
}

// @ts-ignore: decorator
@inline
function sumOfPair(from: usize, step: usize, pair: usize): v128 {
  return add(get(from + 2 * pair * step), get(from + (2 * pair + 1) * step));
}

// @ts-ignore: decorator
@inline
function differenceOfPair(from: usize, step: usize, pair: usize): v128 {
  return sub(get(from + 2 * pair * step), get(from + (2 * pair + 1) * step));
}

/** A y. */
// @ts-ignore: decorator
@inline
function expandLine3(y0: v128, y1: v128, y2: v128, to: usize, step: usize): void {
  putPair(to, step, 0, times(add(y0, y2), THIRD), y1);
  putPair(to, step, 1, sub(y0, y2), y1);
}

/** A^T m. */
// @ts-ignore: decorator
@inline
function contractLine3(from: usize, step: usize, to: usize, toStep: usize): void {
  const sum0 = times(sumOfPair(from, step, 0), THIRD);
  const sum1 = sumOfPair(from, step, 1);
  put(to, add(sum0, sum1));
  put(to + toStep, add(differenceOfPair(from, step, 0), differenceOfPair(from, step, 1)));
  put(to + 2 * toStep, sub(sum0, sum1));
}

/** A y. */
// @ts-ignore: decorator
@inline
function expandLine7(
  y0: v128,
  y1: v128,
  y2: v128,
  y3: v128,
  y4: v128,
  y5: v128,
  y6: v128,
  to: usize,
  step: usize,
): void {
  const outer = add(y0, y6);
  const inner = add(y2, y4);
  const odd = add(y1, y5);
  const oddDifference = sub(y1, y5);
  putPair(to, step, 0, add(times(outer, A1), times(inner, B1)), add(times(odd, C1), y3));
  putPair(to, step, 1, add(times(outer, A2), times(inner, B2)), add(times(odd, C2), y3));
  putPair(to, step, 2, times(add(sub(y0, y2), sub(y4, y6)), ROOT_2), sub(y3, odd));
  putPair(to, step, 3, times(sub(y2, y6), ROOT_2), add(y3, oddDifference));
  putPair(to, step, 4, times(sub(y4, y0), ROOT_2), sub(y3, oddDifference));
}

/** A^T m. */
// @ts-ignore: decorator
@inline
function contractLine7(from: usize, step: usize, to: usize, toStep: usize): void {
  const sum0 = sumOfPair(from, step, 0);
  const sum1 = sumOfPair(from, step, 1);
  const sum2 = times(sumOfPair(from, step, 2), ROOT_2);
  const sum3 = times(sumOfPair(from, step, 3), ROOT_2);
  const sum4 = times(sumOfPair(from, step, 4), ROOT_2);
  const outer = add(times(sum0, A1), times(sum1, A2));
  const inner = add(times(sum0, B1), times(sum1, B2));
  put(to, add(outer, sub(sum2, sum4)));
  put(to + 2 * toStep, add(inner, sub(sum3, sum2)));
  put(to + 4 * toStep, add(inner, add(sum2, sum4)));
  put(to + 6 * toStep, sub(outer, add(sum2, sum3)));
  const difference0 = differenceOfPair(from, step, 0);
  const difference1 = differenceOfPair(from, step, 1);
  const difference2 = differenceOfPair(from, step, 2);
  const difference3 = differenceOfPair(from, step, 3);
  const difference4 = differenceOfPair(from, step, 4);
  const odd = sub(add(times(difference0, C1), times(difference1, C2)), difference2);
  put(to + toStep, add(odd, sub(difference3, difference4)));
  put(to + 3 * toStep, add(add(difference0, difference1), add(difference2, add(difference3, difference4))));
  put(to + 5 * toStep, sub(odd, sub(difference3, difference4)));
}
