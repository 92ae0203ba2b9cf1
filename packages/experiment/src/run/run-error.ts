import { type Sentence, type Spelling, sentence } from '../settings/sentence.js';

/**
 * Code of an error, for callers who branch on it.
 *
 * - `not-a-run`: the folder of a run is not there, or is not one.
 * - `no-numbers`: the run has not done a step yet.
 * - `in-use`: another process writes into the folder.
 * - `lost`: another process has taken over the folder from this one, which was stopped for too long.
 * - `folder-filled`: the folder for a new run holds something already; `found` says which run, if it is one.
 * - `broken-link`: a folder is a symbolic link that leads nowhere.
 * - `unknown-network`: no network of this name is known here.
 * - `other-network`: the run is of another network than was asked for; `found` says which.
 * - `nothing-saved`: the run stopped before its first checkpoint.
 * - `steps-done`: the run has done more steps than it records that it is to have.
 * - `other-classes`, `other-images`: the images are not those that the run was trained on.
 * - `empty-split`: the run held out no images of this split.
 * - `no-mirror`: the network has no average over mirrored images.
 * - `no-such-engine`: the engine that was asked for does not compute this kind of network.
 * - `damaged`: a checkpoint does not fit together.
 * - `diverged`: the network's outputs are not numbers any more.
 * - `not-a-picture`: a file cannot be read as a picture.
 * - `unfit-pictures`: a folder of pictures cannot be trained on as it is.
 * - `not-writable`: a file that is to be written cannot be.
 * - `file-there`: a file that is to be written is there already.
 * - `no-export`: the network cannot be written in a format.
 * - `other-events`: a folder for TensorBoard holds the events of something else than the run.
 * - `left`: the events of a run were not followed to their end.
 */
export type RunErrorCode =
  | 'not-a-run'
  | 'no-numbers'
  | 'in-use'
  | 'lost'
  | 'folder-filled'
  | 'broken-link'
  | 'unknown-network'
  | 'other-network'
  | 'nothing-saved'
  | 'steps-done'
  | 'other-classes'
  | 'other-images'
  | 'empty-split'
  | 'no-mirror'
  | 'no-such-engine'
  | 'damaged'
  | 'diverged'
  | 'not-a-picture'
  | 'unfit-pictures'
  | 'not-writable'
  | 'file-there'
  | 'no-export'
  | 'other-events'
  | 'left';

/** A run that is in the way. */
export interface FoundRun {
  /** The name of its network. */
  network: string;
  /** Whether it has a checkpoint to go on from. */
  isSaved: boolean;
}

/** Fault of a run, or of a request to a run. */
export interface RunFault {
  /** Code of the error, to branch on. */
  code: RunErrorCode;
  /** The folder or file that it is about; left out where `rule` says it. */
  place?: string;
  /** Rule that is broken, as the end of a sentence about the place. */
  rule: string | Sentence;
  /** Remedy of the fault; left out where `rule` says it. */
  remedy?: string | Sentence;
  /** The run that is in the way. */
  found?: FoundRun;
}

/** Error for a run that cannot be made, continued or read: the message names the place, the rule and the remedy. */
export class RunError extends Error {
  override readonly name = 'RunError';
  /** Code of the error, to branch on. */
  readonly code: RunErrorCode;
  /** The folder or file that it is about. */
  readonly place: string | undefined;
  /** Rule that the place breaks. */
  readonly rule: string;
  /** Remedy of the fault. */
  readonly remedy: string | undefined;
  /** The run that is in the way. */
  readonly found: FoundRun | undefined;
  readonly #sentence: Sentence;

  /** Recognises errors of the other build of this package too, ESM or CommonJS. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'RunError';
  }

  constructor({ code, place, rule, remedy, found }: RunFault, options?: ErrorOptions) {
    const what = place === undefined ? sentence`${rule}` : sentence`${place} ${rule}`;
    const whole = remedy === undefined ? what : sentence`${what}; ${remedy}`;
    super(String(whole), options);
    this.code = code;
    this.place = place;
    this.rule = String(rule);
    this.remedy = remedy === undefined ? undefined : String(remedy);
    this.found = found;
    this.#sentence = whole;
  }

  /** Returns the message with every option spelt by `spelling`. */
  spelt(spelling: Spelling): string {
    return this.#sentence.spelt(spelling);
  }
}
