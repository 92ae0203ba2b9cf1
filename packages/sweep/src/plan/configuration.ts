import type { ReadSettings } from './read-settings.js';

/** One combination of settings, whatever the seed. */
export interface Configuration extends ReadSettings {
  /** The network's name. */
  model: string;
  /** Id that depends only on the training: 10 hexadecimal digits. */
  id: string;
  /**
   * Name that tells it from the others of its sweep; `base` for a configuration without settings of its own, the
   * network's name when there are no others.
   */
  name: string;
}
