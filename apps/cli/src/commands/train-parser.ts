import { type GivenSettings, type Network, networkOf, networks } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { addDataOptions } from '../flags/data-options.js';
import { addEngineOptions, backendsOf, type EngineFlags } from '../flags/engine-options.js';
import { addNegations, addSettingOptions, givenSettings } from '../flags/setting-options.js';
import type { RunFlags } from '../flags/train-options.js';
import { addRunOptions } from '../flags/train-options.js';

/** Request in a command line of `train`. */
export interface TrainRequest {
  network: Network;
  /** The settings that it gives. */
  settings: GivenSettings<Network>;
  /** All else, defaults filled in. */
  flags: RunFlags & EngineFlags;
  /** Names of the flags that are on the command line. */
  given: ReadonlySet<string>;
}

/** `train <model>`: one sub-command for each network, with the flags that it takes; `finetune` is a command too. */
export function addTrainParser(program: Command, act: (request: TrainRequest) => void | Promise<void>): void {
  const train = program.command('train').description('train a network; see `train <model> --help`');
  for (const network of networks) addNetwork(train, network, act);
  addNetwork(program, networkOf('finetune'), act);
}

function addNetwork(train: Command, network: Network, act: (request: TrainRequest) => void | Promise<void>): void {
  const command = train.command(network.name).description(network.description);
  addSettingOptions(command, network, ['network', 'training']);
  addDataOptions(command);
  addSettingOptions(command, network, ['images']);
  addEngineOptions(command, backendsOf(network));
  addSettingOptions(command, network, ['evaluation']);
  addRunOptions(command);
  addNegations(command, network);
  command.action((flags: TrainRequest['flags']) =>
    act({ network, settings: givenSettings(command, network), flags, given: givenFlags(command) }),
  );
}

/** Returns the names of the flags that were on the command line. */
function givenFlags(command: Command): Set<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}
