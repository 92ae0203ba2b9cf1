import type { Choices, Defaults, NetworkSettings } from '../settings/network-settings.js';
import type { SettingName } from '../settings/table.js';

/** A network that can be trained. */
export interface Network<D extends Defaults = Defaults, C extends Choices = Choices> extends NetworkSettings<D, C> {
  /** What it is, in a line. */
  readonly description: string;
}

/** Defines a network; its type keeps the names and values of its settings. */
export function defineNetwork<const Name extends string, const D extends Defaults, const C extends Choices = Choices>(
  network: Network<D, C> & { name: Name; settings: Record<Exclude<keyof D, SettingName>, never> },
): Network<D, C> & { name: Name } {
  return network;
}
