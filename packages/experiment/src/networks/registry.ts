import type { SettingsOfNetwork } from '../settings/network-settings.js';
import { convnet } from './convnet.js';
import { fastnet } from './fastnet/fastnet.js';
import { finetune } from './finetune/finetune.js';
import { mlp } from './mlp.js';
import { mlpNdarray } from './mlp-ndarray.js';

/** The networks that can be trained. */
export const networks = [mlpNdarray, mlp, convnet, fastnet, finetune] as const;

/** The name of a network. */
export type NetworkName = (typeof networks)[number]['name'];

/** A network by its name. */
export type NetworkOf<Name extends NetworkName> = Extract<(typeof networks)[number], { name: Name }>;

/** The settings of a network by its name. */
export type SettingsOf<Name extends NetworkName> = SettingsOfNetwork<NetworkOf<Name>>;

/** The names of the networks. */
export const networkNames: readonly NetworkName[] = networks.map(({ name }) => name);

/** Returns a network by its name. */
export function networkOf<Name extends NetworkName>(name: Name): NetworkOf<Name> {
  return networks.find((network) => network.name === name) as NetworkOf<Name>;
}
