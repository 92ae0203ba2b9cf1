import { type Command, Option } from 'commander';
import { ndarrayBackends, trainingBackends } from '../backends/backend.js';
import type { ExitCode } from '../errors.js';
import {
  cropSize,
  cutoutSize,
  fraction,
  hiddenUnits,
  nonNegativeInteger,
  nonNegativeNumber,
  positiveInteger,
  positiveNumber,
  seed,
} from '../flags.js';
import { type Io, ioOf } from '../io.js';
import type { ConvNetFlags } from '../train/convnet.js';
import type { MlpFlags } from '../train/mlp.js';
import { type TrainFlags, trainMlpNdarray } from '../train/mlp-ndarray.js';
import * as ndarraySettings from '../train/mlp-ndarray-settings.js';
import * as mlpSettings from '../train/mlp-settings.js';
import { tensorflowOptimizers } from '../train/optimizer-settings.js';
import { presetSettings, presets } from '../train/presets.js';
import { schedules } from '../train/schedule.js';
import { batchOrders } from '../train/training-settings.js';
import { addDataOptions } from './data-options.js';
import { addEngineOptions } from './engine-options.js';
import { choice, number } from './options.js';

/** `train <model>`: one sub-command for each network. */
export function addTrainCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  const train = program.command('train').description('train a network; see `train <model> --help`');

  const ndarray = train
    .command('mlp-ndarray')
    .description('the multi-layer perceptron with forward and backward passes by hand, on ndarrays');
  addNetworkOptions(ndarray, ndarraySettings);
  ndarray.addOption(choice('--dtype <name>', 'precision of the computation', ndarraySettings.dtypes, 'float64'));
  addOptimizationOptions(ndarray, mlpDefaults, ndarraySettings.optimizers);
  addDataOptions(ndarray);
  addBatchOptions(ndarray);
  addEngineOptions(ndarray, ndarrayBackends);
  addRunOptions(ndarray);
  ndarray.action(async (flags: TrainFlags) => {
    exit(await trainMlpNdarray(flags, givenFlags(ndarray), ioOf(io, flags)));
  });

  const mlp = train.command('mlp').description('the multi-layer perceptron in TensorFlow.js, by autodiff');
  addNetworkOptions(mlp, mlpSettings);
  mlp.addOption(number('--dropout <probability>', 'that a hidden unit is dropped in training', fraction, 0));
  addOptimizationOptions(mlp, mlpDefaults, tensorflowOptimizers);
  addTensorflowOptions(mlp);
  mlp.action(async (flags: MlpFlags) => {
    // TensorFlow.js takes its time to load; the other commands do without.
    const { trainMlp } = await import('../train/mlp.js');
    exit(await trainMlp(flags, givenFlags(mlp), ioOf(io, flags)));
  });

  const convnet = train
    .command('convnet')
    .description("the pre-activation ConvNet of the practical's Figure 5, in TensorFlow.js")
    .addOption(choice('--preset <name>', 'settings that other flags override', presets, 'course'));
  addOptimizationOptions(convnet, convNetDefaults, tensorflowOptimizers);
  addTensorflowOptions(convnet);
  convnet.action(async (flags: ConvNetFlags) => {
    const { trainConvNet } = await import('../train/convnet.js');
    const given = givenFlags(convnet);
    const preset = Object.entries(presetSettings[flags.preset]).filter(([name]) => !given.has(name));
    exit(await trainConvNet({ ...flags, ...Object.fromEntries(preset) }, given, ioOf(io, flags)));
  });
}

interface OptimizationDefaults {
  learningRate: number;
  maxSteps: number;
  batchSize: number;
  evalFreq: number;
  optimizer: 'sgd' | 'adam';
}

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

/** Names of the flags that were on the command line. */
function givenFlags(command: Command): Set<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}

function addNetworkOptions(
  command: Command,
  { activations, norms, inits }: Record<'activations' | 'norms' | 'inits', readonly string[]>,
): void {
  command
    .addOption(
      new Option('--dnn-hidden-units <list>', 'units of each hidden layer, "200,100" say; "" for none')
        .default([100], '100')
        .argParser(hiddenUnits),
    )
    .addOption(choice('--activation <name>', 'after each hidden layer', activations, 'elu'))
    .addOption(
      new Option('--neg-slope <slope>', 'slope of leaky-relu below zero (default: 0.02)').argParser(nonNegativeNumber),
    )
    .addOption(choice('--norm <name>', 'normalisation before each activation', norms, 'none'))
    .addOption(choice('--init <name>', "the weights' initialisation", inits, 'course'));
}

function addOptimizationOptions(command: Command, defaults: OptimizationDefaults, optimizers: readonly string[]): void {
  command
    .addOption(number('--learning-rate <rate>', 'learning rate', positiveNumber, defaults.learningRate))
    .addOption(number('--max-steps <steps>', 'training steps', positiveInteger, defaults.maxSteps))
    .addOption(number('--batch-size <images>', 'images in a batch', positiveInteger, defaults.batchSize))
    .addOption(number('--eval-freq <steps>', 'steps between evaluations', positiveInteger, defaults.evalFreq))
    .addOption(choice('--optimizer <name>', 'how gradients become updates', optimizers, defaults.optimizer))
    .addOption(number('--momentum <factor>', 'momentum of sgd', fraction, 0))
    .addOption(number('--weight-decay <factor>', 'L2 penalty on the weights', nonNegativeNumber, 0))
    .addOption(choice('--schedule <name>', 'learning rate over the steps', schedules, 'constant'))
    .addOption(number('--warmup-steps <steps>', 'linear warm-up before the schedule', nonNegativeInteger, 0))
    .addOption(
      new Option(
        '--early-stopping <evaluations>',
        'stop after this many evaluations without a lower validation loss',
      ).argParser(positiveInteger),
    )
    .addOption(number('--seed <seed>', 'of the weights, of the batches and of all else that is random', seed, 42));
}

/** What the networks in TensorFlow.js have in common. */
function addTensorflowOptions(command: Command): void {
  command
    .option('--nesterov', "Nesterov's momentum", false)
    .addOption(number('--label-smoothing <part>', 'of each target that is spread over all classes', fraction, 0));
  addDataOptions(command);
  addBatchOptions(command);
  addEngineOptions(command, trainingBackends);
  addRunOptions(command);
}

function addBatchOptions(command: Command): void {
  command
    .addOption(
      choice(
        '--batch-order <order>',
        "course: exactly the practical's batches; epoch: a fresh permutation each epoch",
        batchOrders,
        'course',
      ),
    )
    .option('--standardize', 'divide by the deviation of each channel too, not only subtract the mean image', false)
    .addOption(
      number('--validation-size <images>', 'first training images held out for choices', nonNegativeInteger, 0),
    )
    .option('--flip', 'mirror every other training image, at random', false)
    .addOption(
      number('--crop <pixels>', 'pad training images by so many pixels and cut out 32x32 at random', cropSize, 0),
    )
    .addOption(number('--cutout <pixels>', 'blank a square of this side in training images', cutoutSize, 0));
}

function addRunOptions(command: Command): void {
  command
    .addOption(new Option('--out <folder>', 'folder of the run (default: runs/<time>-<model>)'))
    .addOption(new Option('--resume <run>', 'go on with an earlier run, with the settings it was started with'))
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false);
}
