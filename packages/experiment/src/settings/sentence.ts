/** A setting that a sentence names, with its value where it gives one. */
export interface Mention {
  /** Its name. */
  readonly setting: string;
  /** Value of the setting; left out where only the name matters. */
  readonly value?: unknown;
}

/** Spelling of a setting for a reader: a program uses its name, the command line the flag. */
export type Spelling = (mention: Mention) => string;

/** A sentence about settings, which each reader spells in its own way. */
export class Sentence {
  /** Texts and settings, in order. */
  readonly parts: readonly (string | Mention)[];

  constructor(parts: readonly (string | Mention)[]) {
    this.parts = parts;
  }

  /** Returns the text with every setting spelt by `spelling`. */
  spelt(spelling: Spelling): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : spelling(part))).join('');
  }

  /** Returns the text with the settings' names: `momentum 0.9 has no meaning for optimizer adam`. */
  toString(): string {
    return this.spelt(({ setting, value }) => (value === undefined ? setting : `${setting} ${value}`));
  }
}

/** Makes a {@link Sentence} of a template; what {@link named} gives stays a setting. */
export function sentence(
  texts: readonly string[],
  ...values: readonly (string | number | Mention | Sentence)[]
): Sentence {
  return new Sentence(texts.flatMap((text, index) => [text, ...partsOf(values[index])]));
}

function partsOf(value: string | number | Mention | Sentence | undefined): readonly (string | Mention)[] {
  if (value instanceof Sentence) return value.parts;
  if (typeof value === 'object') return [value];
  return value === undefined ? [] : [String(value)];
}

/** Names a setting in a {@link sentence}, with its value where that matters. */
export function named(setting: string, value?: unknown): Mention {
  return { setting, value };
}
