import type { BatchDigests } from '../records.js';

/** Context for the readers of every form. */
export interface ReadContext {
  /** The digests that batches are compared with. */
  readonly digests: BatchDigests;
  readonly signal?: AbortSignal | undefined;
  /** Called after each file that was decoded. */
  readonly onFile?: ((name: string, done: number, total: number) => void) | undefined;
}
