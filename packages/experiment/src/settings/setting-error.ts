import { named, type Sentence, type Spelling, sentence } from './sentence.js';

/** Fault of a setting. */
export interface SettingFault {
  /** Its name. */
  setting: string;
  /** The value that was given. */
  value: unknown;
  /** Rule that the value breaks, as the end of a sentence about the value. */
  rule: string | Sentence;
  /** Remedy of the fault. */
  remedy: string | Sentence;
}

/** A setting that breaks a rule, by itself or together with others. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  /** The name of the setting. */
  readonly setting: string;
  /** The value that was given. */
  readonly value: unknown;
  /** Rule that the value breaks. */
  readonly rule: string;
  /** Remedy of the fault. */
  readonly remedy: string;
  readonly #sentence: Sentence;

  /** Recognises errors of the other build of this package too, ESM or CommonJS. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'SettingError';
  }

  constructor({ setting, value, rule, remedy }: SettingFault, options?: ErrorOptions) {
    const whole = sentence`${named(setting, value)} ${rule}; ${remedy}`;
    super(String(whole), options);
    this.setting = setting;
    this.value = value;
    this.rule = String(rule);
    this.remedy = String(remedy);
    this.#sentence = whole;
  }

  /** Returns the message with every setting spelt by `spelling`. */
  spelt(spelling: Spelling): string {
    return this.#sentence.spelt(spelling);
  }
}
