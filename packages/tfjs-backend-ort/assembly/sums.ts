/**
 * Sums over the rows of matrices with few roundings: four rows at a time, some hundred rows in float32, and those
 * partial sums in float64. A million rows lose no more digits than a hundred.
 */
import { add, get, put } from './vector';

/** Channels that are summed at a time: their sums fit into the first-level cache. */
export const CHANNELS: usize = 512;

/** Rows whose sums are kept in float32, at most. */
const ROWS: usize = 256;
/** Floats per block of rows, at most: a second pass finds the block in the second-level cache. */
const BLOCK_FLOATS: usize = 65536;

/** How many rows to sum in float32, for this many channels at a time. */
// @ts-ignore: decorator
@inline
export function rowsPerBlock(width: usize): usize {
  return min(ROWS, max(16, BLOCK_FLOATS / width));
}

/** Bytes of vectors that hold this many floats. */
// @ts-ignore: decorator
@inline
export function vectorBytes(floats: usize): usize {
  return ((floats + 3) & ~3) << 2;
}

/** Computes sums[c] = the sum of x[i, c] over the rows, for `bytes` of channels (whole vectors). */
export function sumRows(x: usize, sums: usize, rows: usize, rowBytes: usize, bytes: usize): void {
  memory.fill(sums, 0, bytes);
  let row = x;
  let i: usize = 0;
  for (; i + 4 <= rows; i += 4) {
    const row1 = row + rowBytes;
    const row2 = row1 + rowBytes;
    const row3 = row2 + rowBytes;
    for (let z: usize = 0; z < bytes; z += 16) {
      const four = add(add(get(row + z), get(row1 + z)), add(get(row2 + z), get(row3 + z)));
      put(sums + z, add(get(sums + z), four));
    }
    row = row3 + rowBytes;
  }
  for (; i < rows; i++) {
    for (let z: usize = 0; z < bytes; z += 16) put(sums + z, add(get(sums + z), get(row + z)));
    row += rowBytes;
  }
}

/** Computes totals[c] += sums[c]: float64 and float32, of whole vectors. */
export function addToTotals(totals: usize, sums: usize, width: usize): void {
  for (let c: usize = 0; c < width; c += 2) {
    const total = totals + (c << 3);
    v128.store(total, f64x2.add(v128.load(total), getDoubles(sums + (c << 2))));
  }
}

/** Two float32 as float64. */
// @ts-ignore: decorator
@inline
export function getDoubles(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}
