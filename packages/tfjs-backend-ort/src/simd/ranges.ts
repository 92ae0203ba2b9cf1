/** From `first`, `count` things. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** Bytes below which a thread takes longer to wake than it saves. */
const WORTH_SHARING = 2 ** 20;
/** More ranges than threads, so that one that comes late takes fewer. */
const RANGES_PER_THREAD = 4;
const MOST = 64;

/**
 * Cuts `count` things into ranges of about equal length for `threads` threads to take: one range if they are too few
 * bytes to share.
 *
 * @param bytes what a kernel reads and writes for all of them.
 * @param step ranges start at multiples of it.
 */
export function ranges(threads: number, count: number, bytes: number, step = 1): Range[] {
  const parts = threads === 1 || bytes < WORTH_SHARING ? 1 : Math.min(MOST, RANGES_PER_THREAD * threads);
  const size = Math.max(step, Math.ceil(count / parts / step) * step);
  const result: Range[] = [];
  for (let first = 0; first < count || first === 0; first += size) {
    result.push({ first, count: Math.min(size, count - first) });
  }
  return result;
}

/** Threads that sums over rows are cut for, regardless of their number: the order of the sums does not depend on it. */
const CUT_FOR = 2;

/** Cuts the rows of [rows, channels] for sums over them, which are then joined part by part. */
export function rowParts(rows: number, channels: number): Range[] {
  return ranges(CUT_FOR, rows, 8 * rows * channels);
}
