import { type Sentence, type Spelling, sentence } from '@cifarlab/experiment';

/**
 * Code of the error, to branch on.
 *
 * - `no-file`: there is no such sweep file.
 * - `file`: the file is not one of a sweep.
 * - `plan`: its configurations cannot be trained, or not be compared.
 * - `cores`: there are more trials at a time than cores.
 * - `task`: no trial of the sweep has this number.
 * - `no-trials`: there is no sweep in the folder to be collected.
 * - `in-use`: another sweep runs in the folder, or another process trains the trial.
 * - `other-images`: the folder's trials are of other images.
 * - `damaged`: a file in the folder cannot be read.
 * - `no-slurm`: Slurm's programs are not there.
 * - `slurm`: one of them failed, or the queue refuses.
 * - `slurm-flag`: a job script cannot say what was asked for.
 * - `no-optuna`: Python or Optuna is not there.
 * - `optuna`: Optuna failed, or does not answer.
 */
export type SweepErrorCode =
  | 'no-file'
  | 'file'
  | 'plan'
  | 'cores'
  | 'task'
  | 'no-trials'
  | 'in-use'
  | 'other-images'
  | 'damaged'
  | 'no-slurm'
  | 'slurm'
  | 'slurm-flag'
  | 'no-optuna'
  | 'optuna';

/** Fault of a sweep. */
export interface SweepFault {
  /** Code of the error, to branch on. */
  code: SweepErrorCode;
  /** Place of the fault, as the beginning of the sentence: a file, a folder, a key of a file. */
  place?: string | Sentence | undefined;
  /** The value at that place, where it is known. */
  value?: unknown;
  /** Rule that it breaks, as the end of a sentence about it. */
  rule: string | Sentence;
  /** Remedy of the fault. */
  remedy?: string | Sentence | undefined;
}

/** A sweep that cannot be planned or run: the message names place, value, rule and remedy. */
export class SweepError extends Error {
  override readonly name = 'SweepError';
  /** Code of the error, to branch on. */
  readonly code: SweepErrorCode;
  /** Place of the fault: a file, a folder, a key of a file. */
  readonly place: string | undefined;
  /** The value at that place, where it is known. */
  readonly value: unknown;
  /** Rule that it breaks. */
  readonly rule: string;
  /** Remedy of the fault. */
  readonly remedy: string | undefined;
  readonly #fault: SweepFault;
  readonly #sentence: Sentence;

  /** Recognises errors of the other build of this package too, ESM or CommonJS. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'SweepError';
  }

  constructor(fault: SweepFault, options?: ErrorOptions) {
    const { code, place, value, rule, remedy } = fault;
    const what = place === undefined ? sentence`${rule}` : sentence`${place} ${rule}`;
    const whole = remedy === undefined ? what : sentence`${what}; ${remedy}`;
    super(String(whole), options);
    this.code = code;
    this.place = place === undefined ? undefined : String(place);
    this.value = value;
    this.rule = String(rule);
    this.remedy = remedy === undefined ? undefined : String(remedy);
    this.#fault = fault;
    this.#sentence = whole;
  }

  /** Returns the message with every option and setting spelt by `spelling`. */
  spelt(spelling: Spelling): string {
    return this.#sentence.spelt(spelling);
  }

  /** Returns the same error with a wider place before its own. */
  within(outer: string): SweepError {
    const { place } = this.#fault;
    return new SweepError(
      { ...this.#fault, place: place === undefined ? `${outer}:` : sentence`${outer}: ${place}` },
      { cause: this },
    );
  }
}
