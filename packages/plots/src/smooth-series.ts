import type { Series } from './series.js';
import { smooth } from './smooth.js';

const DEFAULT_WINDOW = { fraction: 0.1, least: 5 };

/**
 * A series with its values smoothed (see `smooth`) over `window` points, by default a tenth of them, at least 5. For a
 * logarithmic scale the logarithms are smoothed, so that an exponential decay stays the straight line it is there.
 */
export function smoothSeries({ name, points }: Series, window?: number, scale: 'linear' | 'log' = 'linear'): Series {
  const [from, to] = scale === 'log' ? [Math.log, Math.exp] : [Number, Number];
  const size = window ?? Math.max(DEFAULT_WINDOW.least, Math.round(points.length * DEFAULT_WINDOW.fraction));
  const values = smooth(
    Float64Array.from(points, ({ value }) => from(value)),
    size,
  );
  return { name, points: points.map(({ step }, index) => ({ step, value: to(values[index]!) })) };
}
