import type { Series } from './series.js';
import { smooth } from './smooth.js';

const DEFAULT_WINDOW = { fraction: 0.1, least: 5 };

/** A series with its values smoothed as `smoothValues` does. */
export function smoothSeries({ name, points }: Series, window?: number): Series {
  const values = smoothValues(
    Float64Array.from(points, ({ value }) => value),
    window,
  );
  return { name, points: points.map(({ step }, index) => ({ step, value: values[index]! })) };
}

/**
 * Values smoothed (see `smooth`) over `window` points, by default a tenth of them, at least 5. For a logarithmic scale
 * the logarithms are smoothed, so that an exponential decay stays the straight line it is there.
 */
export function smoothValues(values: Float64Array, window?: number, scale: 'linear' | 'log' = 'linear'): Float64Array {
  const size = window ?? Math.max(DEFAULT_WINDOW.least, Math.round(values.length * DEFAULT_WINDOW.fraction));
  return scale === 'log' ? smooth(values.map(Math.log), size).map(Math.exp) : smooth(values, size);
}
