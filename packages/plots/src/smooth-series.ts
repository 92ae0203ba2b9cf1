import type { ColumnSeries } from './column-series.js';
import { smoothAt } from './smooth.js';

const DEFAULT_WINDOW = { fraction: 0.1, least: 5 };
/** Fits so close that a curve of them does not differ visibly from one of all. */
const FITS_PER_WINDOW = 1024;

/**
 * Returns a series smoothed (see `smooth`) over `window` points, by default a tenth of them, at least 5. Of a very long
 * series only the points that show the smoothed curve are left. For a logarithmic scale the logarithms are smoothed, so
 * that an exponential decay stays the straight line it is there.
 */
export function smoothSeries(series: ColumnSeries, window?: number, scale: 'linear' | 'log' = 'linear'): ColumnSeries {
  const { name, steps, values } = series;
  const usual = Math.round(values.length * DEFAULT_WINDOW.fraction);
  const size = window ?? Math.max(DEFAULT_WINDOW.least, usual);
  const indices = shownIndices(values, Math.max(1, Math.floor(Math.min(size, usual) / FITS_PER_WINDOW)));
  const smoothed =
    scale === 'log'
      ? smoothAt(Float64Array.from(values, Math.log), size, indices).map(Math.exp)
      : smoothAt(values, size, indices);
  return { name, steps: Array.from(indices, (i) => steps[i]!), values: smoothed };
}

/** Returns every `stride`-th index and the last of each stretch between gaps, and the gaps themselves. */
function shownIndices(values: ArrayLike<number>, stride: number): Int32Array {
  const indices = new Int32Array(values.length);
  let count = 0;
  let place = 0;
  let gap = !Number.isFinite(values[0]);
  for (let i = 0; i < values.length; i++) {
    const endsHere = i + 1 === values.length || !Number.isFinite(values[i + 1]);
    if (gap || endsHere || place % stride === 0) indices[count++] = i;
    place = gap ? 0 : place + 1;
    gap = endsHere;
  }
  return indices.subarray(0, count);
}
