import type { Series } from './series.js';
import { smooth } from './smooth.js';

const DEFAULT_WINDOW = { fraction: 0.1, least: 5 };

/** A series with its values smoothed (see `smooth`) over `window` points, by default a tenth of them, at least 5. */
export function smoothSeries({ name, points }: Series, window?: number): Series {
  const size = window ?? Math.max(DEFAULT_WINDOW.least, Math.round(points.length * DEFAULT_WINDOW.fraction));
  const values = smooth(
    Float64Array.from(points, ({ value }) => value),
    size,
  );
  return { name, points: points.map(({ step }, index) => ({ step, value: values[index]! })) };
}
