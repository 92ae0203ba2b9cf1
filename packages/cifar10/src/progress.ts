/** Origin of the images: the folder or file given, the cache, the published archive, or the npm package. */
export type SourceOrigin = 'given' | 'cache' | 'published' | 'npm';

/**
 * One piece of news while the data set is loaded.
 *
 * - `look`: a source is tried.
 * - `download`: bytes arrive; `done` and `total` count bytes, `total` is absent while unknown.
 * - `read`: batches are decoded and verified; `done` and `total` count batches.
 * - `cache`: the verified images are written to the cache folder.
 * - `skip`: a source was not used; the message says why.
 * - `warning`: something is wrong that does not stop the work, such as a damaged cache file.
 */
export interface Cifar10Progress {
  /** The present step, see above. */
  readonly phase: 'look' | 'download' | 'read' | 'cache' | 'skip' | 'warning';
  /** The source it is about. */
  readonly origin: SourceOrigin;
  /** One line for people. */
  readonly message: string;
  /** Bytes or batches so far, with the phases `download` and `read`. */
  readonly done?: number;
  /** Bytes or batches in all, if that is known. */
  readonly total?: number;
}

/** Receives the progress of {@link loadCifar10}; nothing waits for it. */
export type OnProgress = (event: Cifar10Progress) => void;
