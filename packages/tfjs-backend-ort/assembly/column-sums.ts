import { addToTotals, CHANNELS, rowsPerBlock, sumRows, vectorBytes } from './sums';
import { blockSpace } from './workspace';

/** Computes out[c] = the sum of x[i, c] over the rows. */
export function columnSums(x: usize, out: usize, rows: usize, channels: usize): void {
  const rowBytes = channels << 2;
  const sums = blockSpace();
  const totals = sums + CHANNELS * 4;
  for (let first: usize = 0; first < channels; first += CHANNELS) {
    const width = min(channels - first, CHANNELS);
    memory.fill(totals, 0, width << 3);
    const block = rowsPerBlock(width);
    for (let i: usize = 0; i < rows; i += block) {
      const start = x + i * rowBytes + (first << 2);
      sumRows(start, sums, min(rows - i, block), rowBytes, vectorBytes(width));
      addToTotals(totals, sums, width);
    }
    for (let c: usize = 0; c < width; c++) {
      store<f32>(out + ((first + c) << 2), <f32>load<f64>(totals + (c << 3)));
    }
  }
}
