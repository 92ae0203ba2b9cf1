/** Fault of a file that records something. */
export interface RecordFault {
  /** The file. */
  place: string;
  /** The key whose value is wrong, with those that it lies under: `settings.batchSize`; left out for the file as a whole. */
  key?: string;
  /** Rule that is broken, as the end of a sentence about the key. */
  rule: string;
  /** Remedy of the fault. */
  remedy: string;
}

/** A file that cannot be understood: the message names the file, the key, its value, the rule and the remedy. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  /** The file. */
  readonly place: string;
  /** The key whose value is wrong. */
  readonly key: string | undefined;
  /** Rule that it breaks. */
  readonly rule: string;
  /** Remedy of the fault. */
  readonly remedy: string;

  /** Recognises errors of the other build of this package too, ESM or CommonJS. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'RecordError';
  }

  constructor({ place, key, rule, remedy }: RecordFault, options?: ErrorOptions) {
    const subject = key === undefined ? place : `${place}: ${JSON.stringify(key)}`;
    super(`${subject} ${rule}; ${remedy}`, options);
    this.place = place;
    this.key = key;
    this.rule = rule;
    this.remedy = remedy;
  }
}
