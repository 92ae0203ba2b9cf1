/**
 * The two-dimensional transforms of tiles with many planes: n x n pixels in a table of addresses <-> t x t planes. Each
 * transforms the lines along one axis into a patch, and those of the patch along the other, for some channels side by side:
 * more cache lines and pages of the planes than a core keeps would be in use at a time.
 */
import { putFinished } from './activate';
import { accumulate, get, put } from './vector';
import { pixel } from './window';
import { inputAdjointLine5, inputLine5, outputAdjointLine5, outputLine5 } from './winograd-5';
import {
  contractLine2,
  contractLine3,
  contractLine7,
  expandLine2,
  expandLine3,
  expandLine7,
} from './winograd-whole';
import { addressTable, blockSpace } from './workspace';

/** The lines of a tile: of the convolution's input or output in tiles of 5x5 outputs, or of a whole image. */
export const enum Lines {
  Input5,
  Output5,
  Whole2,
  Whole3,
  Whole7,
}

/** What becomes of the pixels that planes are transformed to. */
export const enum Last {
  Put,
  /** They are added to the values there: tiles overlap. */
  Accumulate,
  /** As in `putFinished`. */
  Finish,
}

/** n. */
// @ts-ignore: decorator
@inline
function pixelsOf(lines: Lines): usize {
  if (lines == Lines.Whole2) return 2;
  if (lines == Lines.Whole3) return 3;
  return lines == Lines.Output5 ? 5 : 7;
}

/** t. */
// @ts-ignore: decorator
@inline
function pointsOf(lines: Lines): usize {
  if (lines == Lines.Whole2) return 3;
  if (lines == Lines.Whole3) return 4;
  return lines == Lines.Whole7 ? 10 : 7;
}

/** Bytes of channels that are transformed side by side, which is the distance of two of the patch's places. */
const NEXT: usize = 256;

/** Transforms `bytes` of channels of the pixels in the table, to planes. */
// @ts-ignore: decorator
@inline
export function expandTile(lines: Lines, plane: usize, stride: usize, bytes: usize): void {
  const table = addressTable();
  const n = pixelsOf(lines);
  const t = pointsOf(lines);
  const patch = blockSpace();
  for (let z: usize = 0; z < bytes; z += NEXT) {
    const end = min(bytes - z, NEXT);
    for (let j: usize = 0; j < n; j++) {
      for (let at: usize = 0; at < end; at += 16) {
        const y0 = get(pixel(table, j, z + at));
        const y1 = get(pixel(table, j + n, z + at));
        const y2 = n > 2 ? get(pixel(table, j + 2 * n, z + at)) : y0;
        const y3 = n > 3 ? get(pixel(table, j + 3 * n, z + at)) : y0;
        const y4 = n > 4 ? get(pixel(table, j + 4 * n, z + at)) : y0;
        const y5 = n > 5 ? get(pixel(table, j + 5 * n, z + at)) : y0;
        const y6 = n > 6 ? get(pixel(table, j + 6 * n, z + at)) : y0;
        expandLine(lines, y0, y1, y2, y3, y4, y5, y6, patch + NEXT * j + at, NEXT * n);
      }
    }
    for (let i: usize = 0; i < t; i++) {
      for (let at: usize = 0; at < end; at += 16) {
        const row = patch + NEXT * n * i + at;
        const y0 = get(row);
        const y1 = get(row + NEXT);
        const y2 = n > 2 ? get(row + 2 * NEXT) : y0;
        const y3 = n > 3 ? get(row + 3 * NEXT) : y0;
        const y4 = n > 4 ? get(row + 4 * NEXT) : y0;
        const y5 = n > 5 ? get(row + 5 * NEXT) : y0;
        const y6 = n > 6 ? get(row + 6 * NEXT) : y0;
        expandLine(lines, y0, y1, y2, y3, y4, y5, y6, plane + t * i * stride + z + at, stride);
      }
    }
  }
}

/** Transforms a line of n vectors to t at to, to + step and so on. */
// @ts-ignore: decorator
@inline
function expandLine(
  lines: Lines,
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
  if (lines == Lines.Input5) inputLine5(y0, y1, y2, y3, y4, y5, y6, to, step);
  else if (lines == Lines.Output5) outputAdjointLine5(y0, y1, y2, y3, y4, to, step);
  else if (lines == Lines.Whole2) expandLine2(y0, y1, to, step);
  else if (lines == Lines.Whole3) expandLine3(y0, y1, y2, to, step);
  else expandLine7(y0, y1, y2, y3, y4, y5, y6, to, step);
}

/**
 * Transforms planes to `bytes` of channels of the pixels in the table, by the adjoint of `expandTile`. `bias` is an address,
 * `residuals` a table or 0; these and the limits are for `Last.Finish`.
 */
// @ts-ignore: decorator
@inline
export function contractTile(
  lines: Lines,
  last: Last,
  plane: usize,
  stride: usize,
  bytes: usize,
  bias: usize,
  residuals: usize,
  low: v128,
  high: v128,
): void {
  const table = addressTable();
  const n = pixelsOf(lines);
  const t = pointsOf(lines);
  const patch = blockSpace();
  // A row's results, between the sums and what becomes of them.
  const line = patch + NEXT * n * t;
  for (let z: usize = 0; z < bytes; z += NEXT) {
    const end = min(bytes - z, NEXT);
    for (let j: usize = 0; j < t; j++) {
      for (let at: usize = 0; at < end; at += 16) {
        contractLine(lines, plane + j * stride + z + at, t * stride, patch + NEXT * j + at, NEXT * t);
      }
    }
    for (let i: usize = 0; i < n; i++) {
      for (let at: usize = 0; at < end; at += 16) {
        contractLine(lines, patch + NEXT * t * i + at, NEXT, line + at, NEXT);
      }
      for (let j: usize = 0; j < n; j++) {
        const to = pixel(table, n * i + j, z);
        const from = line + NEXT * j;
        const residual = last == Last.Finish && residuals ? pixel(residuals, n * i + j, z) : 0;
        for (let at: usize = 0; at < end; at += 16) {
          const sum = get(from + at);
          if (last == Last.Put) put(to + at, sum);
          else if (last == Last.Accumulate) accumulate(to + at, sum);
          else putFinished(to + at, sum, true, get(bias + z + at), residual ? residual + at : 0, low, high);
        }
      }
    }
  }
}

/** Transforms a line of t vectors at from, from + step and so on to n at to, to + toStep and so on. */
// @ts-ignore: decorator
@inline
function contractLine(lines: Lines, from: usize, step: usize, to: usize, toStep: usize): void {
  if (lines == Lines.Input5) inputAdjointLine5(from, step, to, toStep);
  else if (lines == Lines.Output5) outputLine5(from, step, to, toStep);
  else if (lines == Lines.Whole2) contractLine2(from, step, to, toStep);
  else if (lines == Lines.Whole3) contractLine3(from, step, to, toStep);
  else contractLine7(from, step, to, toStep);
}
