/** News of something that takes its time, in the words of `loadCifar10`'s. */
export interface Progress {
  /** `note` is something to know, `compute` and `download` count; the others are those of the dataset. */
  readonly phase: 'look' | 'download' | 'read' | 'cache' | 'skip' | 'warning' | 'compute' | 'note';
  /** One line for people. */
  readonly message: string;
  /** Counts so far. */
  readonly done?: number;
  /** Counts in all, where that is known. */
  readonly total?: number;
}
