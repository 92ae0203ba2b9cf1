import { engineNames } from '@cifarlab/engines';
import {
  activations,
  applyPreset,
  dtypes,
  inits,
  ndarrayActivations,
  ndarrayInits,
  ndarrayNorms,
  ndarrayOptimizers,
  norms,
  presets,
  tensorflowOptimizers,
} from '@cifarlab/experiment';
import type { Command } from 'commander';
import { fraction } from '../flags.js';
import type { ModelName } from '../run-folder.js';
import type { ConvNetFlags } from '../train/convnet.js';
import type { MlpFlags } from '../train/mlp.js';
import type { MlpNdarrayFlags } from '../train/mlp-ndarray.js';
import { addDataOptions } from './data-options.js';
import { addEngineOptions } from './engine-options.js';
import { choice, number } from './options.js';
import {
  addBatchOptions,
  addMlpOptions,
  addOptimizationOptions,
  addRunOptions,
  type OptimizationDefaults,
} from './train-options.js';

const mlpDefaults: OptimizationDefaults = {
  learningRate: 1e-3,
  maxSteps: 1400,
  batchSize: 200,
  evalFreq: 100,
  optimizer: 'sgd',
};
const convNetDefaults: OptimizationDefaults = {
  learningRate: 1e-4,
  maxSteps: 5000,
  batchSize: 32,
  evalFreq: 500,
  optimizer: 'adam',
};

/** What is said on the command line of each network, defaults and preset filled in. */
interface FlagsByModel extends Record<ModelName, object> {
  'mlp-ndarray': MlpNdarrayFlags;
  mlp: MlpFlags;
  convnet: ConvNetFlags;
}

/** What becomes of a command line of each network; `given` names the flags that it says itself. */
export type TrainActions = {
  [Model in ModelName]: (flags: FlagsByModel[Model], given: ReadonlySet<string>) => void | Promise<void>;
};

/** `train <model>`: one sub-command for each network, with the flags that it takes. */
export function addTrainParser(program: Command, actions: TrainActions): void {
  const train = program.command('train').description('train a network; see `train <model> --help`');

  const ndarray = train
    .command('mlp-ndarray')
    .description('the multi-layer perceptron with forward and backward passes by hand, on ndarrays');
  addMlpOptions(ndarray, { activations: ndarrayActivations, norms: ndarrayNorms, inits: ndarrayInits });
  ndarray.addOption(choice('--dtype <name>', 'precision of the computation', dtypes, 'float64'));
  addOptimizationOptions(ndarray, mlpDefaults, ndarrayOptimizers);
  addDataOptions(ndarray);
  addBatchOptions(ndarray);
  addEngineOptions(ndarray, engineNames('ndarray', { trains: 'dense' }));
  addRunOptions(ndarray);
  ndarray.action((flags: MlpNdarrayFlags) => actions['mlp-ndarray'](flags, givenFlags(ndarray)));

  const mlp = train.command('mlp').description('the multi-layer perceptron in TensorFlow.js, by autodiff');
  addPresetOption(mlp);
  addMlpOptions(mlp, { activations, norms, inits });
  mlp.addOption(number('--dropout <probability>', 'that a hidden unit is dropped in training', fraction, 0));
  addTensorflowOptions(mlp, mlpDefaults, engineNames('tensorflow.js', { trains: 'dense' }));
  addPresetNegations(mlp);
  mlp.action((flags: MlpFlags) => {
    const given = givenFlags(mlp);
    return actions.mlp(applyPreset('mlp', flags, given), given);
  });

  const convnet = train
    .command('convnet')
    .description("the pre-activation ConvNet of the practical's Figure 5, in TensorFlow.js");
  addPresetOption(convnet);
  addTensorflowOptions(convnet, convNetDefaults, engineNames('tensorflow.js', { trains: 'convolutional' }));
  addPresetNegations(convnet);
  convnet.action((flags: ConvNetFlags) => {
    const given = givenFlags(convnet);
    return actions.convnet(applyPreset('convnet', flags, given), given);
  });
}

function addPresetOption(command: Command): void {
  command.addOption(choice('--preset <name>', 'settings that other flags override', presets, 'course'));
}

/** Flags without a value that presets turn on. */
function addPresetNegations(command: Command): void {
  for (const flag of ['nesterov', 'standardize', 'flip']) {
    command.option(`--no-${flag}`, `without --${flag} where the preset has it`);
  }
}

/** Names of the flags that were on the command line. */
function givenFlags(command: Command): Set<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}

/** What the networks in TensorFlow.js have in common. */
function addTensorflowOptions(command: Command, defaults: OptimizationDefaults, backends: readonly string[]): void {
  addOptimizationOptions(command, defaults, tensorflowOptimizers);
  command
    .option('--nesterov', "Nesterov's momentum", false)
    .addOption(number('--label-smoothing <part>', 'of each target that is spread over all classes', fraction, 0));
  addDataOptions(command);
  addBatchOptions(command);
  addEngineOptions(command, backends);
  addRunOptions(command);
}
