import { requireChoice, requireRange } from './errors.js';

/** Options of {@link sparkline}. */
export interface SparklineOptions {
  /** Most columns, from 1 to 1000; longer data is averaged in groups. Default: 20. */
  width?: number;
  /** `blocks` ▁▂▃▄▅▆▇█ (default) or `ascii` `_.-=+*#`. */
  charset?: 'blocks' | 'ascii';
}

const LEVELS = { blocks: [...'▁▂▃▄▅▆▇█'], ascii: [...'_.-=+*#'] } as const;

/**
 * Returns the course of some numbers in one line of text, such as a loss beside a progress bar. The lowest value is the
 * lowest character and the highest the highest; non-finite values are blanks. No values make an empty line.
 *
 * @returns at most `width` columns
 * @throws PlotError when an option is out of range
 */
export function sparkline(values: ArrayLike<number>, options: SparklineOptions = {}): string {
  const { width = 20, charset = 'blocks' } = options;
  requireRange('The width of the sparkline', width, 1, 1000);
  requireChoice('charset', charset, ['blocks', 'ascii']);
  const means = groupMeans(values, Math.min(values.length, Math.floor(width)));
  const finite = means.filter(Number.isFinite);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const levels = LEVELS[charset];
  return means
    .map((mean) => {
      if (!Number.isFinite(mean)) return ' ';
      // Halved, so that the span of the largest doubles does not overflow.
      const level = high > low ? (mean / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
      return levels[Math.min(levels.length - 1, Math.floor(level * levels.length))];
    })
    .join('');
}

/** Means of `count` groups of neighbours of about the same size; a group without a finite value has the mean NaN. */
function groupMeans(values: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: count }, (_, group) => {
    const start = Math.floor((group * values.length) / count);
    const end = Math.floor(((group + 1) * values.length) / count);
    let mean = 0;
    let seen = 0;
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      seen++;
      mean += value / seen - mean / seen;
    }
    return seen > 0 ? mean : Number.NaN;
  });
}
