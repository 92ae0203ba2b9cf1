/** From `first`, `count` things. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** Bytes below which a second thread takes longer to wake than it saves. */
const WORTH_SHARING = 2 ** 18;

/**
 * Cuts `count` things into ranges of about equal length for `threads` threads: one range where they are too few bytes to
 * share.
 *
 * @param bytes what a kernel reads and writes for all of them.
 * @param step ranges start at multiples of it.
 */
export function ranges(threads: number, count: number, bytes: number, step = 1): Range[] {
  const parts = bytes < WORTH_SHARING ? 1 : threads;
  const size = Math.max(step, Math.ceil(count / parts / step) * step);
  const result: Range[] = [];
  for (let first = 0; first < count || first === 0; first += size) {
    result.push({ first, count: Math.min(size, count - first) });
  }
  return result;
}
