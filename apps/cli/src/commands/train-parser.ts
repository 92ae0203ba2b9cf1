import { type AnyNetwork, type GivenSettings, type NetworkName, networks } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { ndarrayBackends, trainingBackends } from '../backends/backend.js';
import type { RunFlags } from '../train/run-flags.js';
import { addDataOptions } from './data-options.js';
import { addEngineOptions, type TensorflowFlags } from './engine-options.js';
import { addNegations, addSettingOptions, givenSettings } from './setting-options.js';
import { addRunOptions } from './train-options.js';

/** What computes each network. */
export const backendsOf: Record<NetworkName, readonly string[]> = {
  'mlp-ndarray': ndarrayBackends,
  mlp: trainingBackends,
  // Convolutions have no gradients in TensorFlow.js's wasm.
  convnet: trainingBackends.filter((backend) => backend !== 'wasm'),
};

/** What a command line of `train` says. */
export interface TrainRequest {
  /** The settings that it gives. */
  settings: GivenSettings<AnyNetwork>;
  /** All else, defaults filled in. */
  flags: RunFlags & TensorflowFlags;
  /** Names of the flags that are on the command line. */
  given: ReadonlySet<string>;
}

/** What becomes of a command line of each network. */
export type TrainActions = Record<NetworkName, (request: TrainRequest) => void | Promise<void>>;

/** `train <model>`: one sub-command for each network, with the flags that it takes. */
export function addTrainParser(program: Command, actions: TrainActions): void {
  const train = program.command('train').description('train a network; see `train <model> --help`');
  for (const network of networks) addNetwork(train, network, actions[network.name]);
}

function addNetwork(
  train: Command,
  network: AnyNetwork & { name: NetworkName; description: string },
  act: (request: TrainRequest) => void | Promise<void>,
): void {
  const command = train.command(network.name).description(network.description);
  addSettingOptions(command, network, ['network', 'training']);
  addDataOptions(command);
  addSettingOptions(command, network, ['images']);
  addEngineOptions(command, backendsOf[network.name]);
  addSettingOptions(command, network, ['evaluation']);
  addRunOptions(command);
  addNegations(command, network);
  command.action((flags: TrainRequest['flags']) =>
    act({ settings: givenSettings(command, network), flags, given: givenFlags(command) }),
  );
}

/** Names of the flags that were on the command line. */
function givenFlags(command: Command): Set<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}
