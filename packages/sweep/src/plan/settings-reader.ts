import type { Flags } from './sweep-file.js';

/** Settings of a configuration, all of them, and what computes. */
export interface SweptSettings {
  /** The images held out of the training images, by whose accuracy configurations are compared. */
  validationSize: number;
  /** The engine's name, or `auto`. */
  backend: string;
  readonly [name: string]: unknown;
}

/** What a configuration's flags amount to. */
export interface ReadSettings {
  /** The flags as words of a command line: `--learning-rate=0.01`, `--flip`, `--no-flip`. */
  argv: string[];
  settings: SweptSettings;
}

/** A network that a sweep can be about, as far as a plan needs it: its name, and what it makes of settings. */
export interface SettingsReader {
  readonly name: string;
  /**
   * Reads the settings of one configuration, fills in those that are not given, and checks them.
   *
   * @throws SweepError, `plan`, naming the setting that is wrong.
   */
  read(flags: Flags): ReadSettings;
}
