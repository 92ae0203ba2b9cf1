/**
 * Winograd's transforms of 3x3 weights in HWIO order, which is nine rows of Cin * Cout floats, and their adjoints. The
 * planes of transformed weights often lie a power of two apart, where 16 or 36 streams would evict each other from the
 * cache: a block of each is gathered in the workspace first.
 */
import { add, get, put, sub, times } from './vector';
import { blockSpace, patchSpace } from './workspace';

/** Floats of a row worked on at a time, in bytes. */
const BLOCK_BYTES: usize = 1024;
/** Distance of two planes in the workspace: a block and a cache line. */
const BLOCK_STRIDE: usize = BLOCK_BYTES + 64;

/** G g of F(2, 3), stored at to, to + step and so on. */
// @ts-ignore: decorator
@inline
function weightLine2(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const even = times(add(g0, g2), 0.5);
  const odd = times(g1, 0.5);
  put(to, g0);
  put(to + step, add(even, odd));
  put(to + 2 * step, sub(even, odd));
  put(to + 3 * step, g2);
}

/** G^T u of F(2, 3). */
// @ts-ignore: decorator
@inline
function weightAdjointLine2(u0: v128, u1: v128, u2: v128, u3: v128, to: usize, step: usize): void {
  const sum = times(add(u1, u2), 0.5);
  put(to, add(u0, sum));
  put(to + step, times(sub(u1, u2), 0.5));
  put(to + 2 * step, add(sum, u3));
}

/** G g of F(4, 3). */
// @ts-ignore: decorator
@inline
function weightLine4(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const even1 = times(add(g0, g2), -1.0 / 6.0);
  const odd1 = times(g1, -1.0 / 6.0);
  const even2 = add(times(g0, 1.0 / 24.0), times(g2, 1.0 / 6.0));
  const odd2 = times(g1, 1.0 / 12.0);
  put(to, times(g0, 0.25));
  put(to + step, add(even1, odd1));
  put(to + 2 * step, sub(even1, odd1));
  put(to + 3 * step, add(even2, odd2));
  put(to + 4 * step, sub(even2, odd2));
  put(to + 5 * step, g2);
}

/** G^T u of F(4, 3). */
// @ts-ignore: decorator
@inline
function weightAdjointLine4(
  u0: v128,
  u1: v128,
  u2: v128,
  u3: v128,
  u4: v128,
  u5: v128,
  to: usize,
  step: usize,
): void {
  const sum1 = times(add(u1, u2), -1.0 / 6.0);
  const difference1 = times(sub(u1, u2), -1.0 / 6.0);
  const sum2 = add(u3, u4);
  const difference2 = times(sub(u3, u4), 1.0 / 12.0);
  put(to, add(add(times(u0, 0.25), sum1), times(sum2, 1.0 / 24.0)));
  put(to + step, add(difference1, difference2));
  put(to + 2 * step, add(add(sum1, times(sum2, 1.0 / 6.0)), u5));
}

/**
 * Computes U = G g G^T.
 *
 * @param weights nine rows of rowBytes each (a multiple of 16).
 * @param planes t * t rows of rowBytes, planeStride apart.
 */
export function winogradWeights(m: i32, weights: usize, planes: usize, rowBytes: usize, planeStride: usize): void {
  const t: usize = m + 2;
  const patch = patchSpace();
  for (let block: usize = 0; block < rowBytes; block += BLOCK_BYTES) {
    const bytes = min(rowBytes - block, BLOCK_BYTES);
    for (let z: usize = 0; z < bytes; z += 16) {
      const g = weights + block + z;
      const u = blockSpace() + z;
      for (let j: usize = 0; j < 3; j++) {
        const from = g + j * rowBytes;
        const g0 = get(from);
        const g1 = get(from + 3 * rowBytes);
        const g2 = get(from + 6 * rowBytes);
        if (m == 2) weightLine2(g0, g1, g2, patch + j * 16, 48);
        else weightLine4(g0, g1, g2, patch + j * 16, 48);
      }
      for (let i: usize = 0; i < t; i++) {
        const row = patch + i * 48;
        const to = u + i * t * BLOCK_STRIDE;
        if (m == 2) weightLine2(get(row), get(row + 16), get(row + 32), to, BLOCK_STRIDE);
        else weightLine4(get(row), get(row + 16), get(row + 32), to, BLOCK_STRIDE);
      }
    }
    for (let k: usize = 0; k < t * t; k++) {
      memory.copy(planes + k * planeStride + block, blockSpace() + k * BLOCK_STRIDE, bytes);
    }
  }
}

/** Computes dg = G^T S G, the adjoint: t * t rows, planeStride apart, to nine rows of rowBytes each. */
export function winogradWeightsAdjoint(
  m: i32,
  planes: usize,
  weights: usize,
  rowBytes: usize,
  planeStride: usize,
): void {
  const t: usize = m + 2;
  const patch = patchSpace();
  for (let block: usize = 0; block < rowBytes; block += BLOCK_BYTES) {
    const bytes = min(rowBytes - block, BLOCK_BYTES);
    for (let k: usize = 0; k < t * t; k++) {
      memory.copy(blockSpace() + k * BLOCK_STRIDE, planes + k * planeStride + block, bytes);
    }
    for (let z: usize = 0; z < bytes; z += 16) {
      const dg = weights + block + z;
      for (let j: usize = 0; j < t; j++) {
        const s = blockSpace() + z + j * BLOCK_STRIDE;
        const step = t * BLOCK_STRIDE;
        const s0 = get(s);
        const s1 = get(s + step);
        const s2 = get(s + 2 * step);
        const s3 = get(s + 3 * step);
        if (m == 2) weightAdjointLine2(s0, s1, s2, s3, patch + j * 16, 96);
        else weightAdjointLine4(s0, s1, s2, s3, get(s + 4 * step), get(s + 5 * step), patch + j * 16, 96);
      }
      for (let i: usize = 0; i < 3; i++) {
        const row = patch + i * 96;
        const to = dg + 3 * i * rowBytes;
        const s0 = get(row);
        const s1 = get(row + 16);
        const s2 = get(row + 32);
        const s3 = get(row + 48);
        if (m == 2) weightAdjointLine2(s0, s1, s2, s3, to, rowBytes);
        else weightAdjointLine4(s0, s1, s2, s3, get(row + 64), get(row + 80), to, rowBytes);
      }
    }
  }
}
