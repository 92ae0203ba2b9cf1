import { named, type Sentence, type Spelling, sentence } from './sentence.js';

/** What is wrong with a setting. */
export interface SettingFault {
  /** Its name. */
  setting: string;
  /** The value that was given. */
  value: unknown;
  /** What the value breaks, as the end of a sentence about it. */
  rule: string | Sentence;
  /** What to do about it. */
  remedy: string | Sentence;
}

/** A setting that breaks a rule, by itself or together with others. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  /** The name of the setting. */
  readonly setting: string;
  /** The value that was given. */
  readonly value: unknown;
  /** What the value breaks. */
  readonly rule: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly #sentence: Sentence;

  /** Also those of the other build of this package, ESM or CommonJS. */
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
