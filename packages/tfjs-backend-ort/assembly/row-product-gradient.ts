/** The gradients of y[i, c] = x[i, c] row[c]. */
import { addToTotals, CHANNELS, rowsPerBlock, vectorBytes } from './sums';
import { add, get, mul, put, putLanes } from './vector';
import { blockSpace } from './workspace';

/** Computes dx = dy row; drow[c] = the sum of dy[i, c] x[i, c] over the rows. */
export function rowProductGradient(
  dy: usize,
  x: usize,
  row: usize,
  dx: usize,
  drow: usize,
  rows: usize,
  channels: usize,
): void {
  const rowBytes = channels << 2;
  const sums = blockSpace();
  const totals = sums + CHANNELS * 4;
  for (let first: usize = 0; first < channels; first += CHANNELS) {
    const width = min(channels - first, CHANNELS);
    const whole = (width << 2) & ~15;
    const lanes = width & 3;
    const factors = row + (first << 2);
    memory.fill(totals, 0, width << 3);
    const block = rowsPerBlock(width);
    for (let start: usize = 0; start < rows; start += block) {
      const end = min(start + block, rows);
      memory.fill(sums, 0, vectorBytes(width));
      for (let i = start; i < end; i++) {
        const at = i * rowBytes + (first << 2);
        for (let z: usize = 0; z < whole; z += 16) {
          const slope = get(dy + at + z);
          put(dx + at + z, mul(slope, get(factors + z)));
          put(sums + z, add(get(sums + z), mul(slope, get(x + at + z))));
        }
        if (lanes) {
          const slope = get(dy + at + whole);
          putLanes(dx + at + whole, mul(slope, get(factors + whole)), lanes);
          put(sums + whole, add(get(sums + whole), mul(slope, get(x + at + whole))));
        }
      }
      addToTotals(totals, sums, width);
    }
    for (let c: usize = 0; c < width; c++) {
      store<f32>(drow + ((first + c) << 2), <f32>load<f64>(totals + (c << 3)));
    }
  }
}
