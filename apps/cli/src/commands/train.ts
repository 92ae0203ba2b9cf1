import { type Command, Option } from 'commander';
import { ndarrayBackends } from '../backends/backend.js';
import type { ExitCode } from '../errors.js';
import {
  fraction,
  hiddenUnits,
  nonNegativeInteger,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  positiveNumber,
  seed,
  threadCount,
} from '../flags.js';
import { type Io, ioOf } from '../io.js';
import { type TrainFlags, trainMlpNdarray } from '../train/mlp-ndarray.js';
import { activations, dtypes, inits, norms, optimizers } from '../train/mlp-ndarray-settings.js';
import { schedules } from '../train/schedule.js';
import { batchOrders } from '../train/training-settings.js';
import { addDataOptions } from './data-options.js';

/** `train <model>`: one sub-command for each network. */
export function addTrainCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  const train = program.command('train').description('train a network; see `train <model> --help`');
  const mlp = train
    .command('mlp-ndarray')
    .description('the multi-layer perceptron with forward and backward passes by hand, on ndarrays');
  addNetworkOptions(mlp);
  addOptimizationOptions(mlp, { learningRate: 1e-3, maxSteps: 1400, batchSize: 200, evalFreq: 100 });
  addDataOptions(mlp);
  addBatchOptions(mlp);
  addEngineOptions(mlp, ndarrayBackends);
  addRunOptions(mlp);
  mlp.action(async (flags: TrainFlags, command: Command) => {
    const named = command.options
      .map((option) => option.attributeName())
      .filter((name) => command.getOptionValueSource(name) === 'cli');
    exit(await trainMlpNdarray(flags, new Set(named), ioOf(io, flags)));
  });
}

function addNetworkOptions(command: Command): void {
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
    .addOption(choice('--init <name>', "the weights' initialisation", inits, 'course'))
    .addOption(choice('--dtype <name>', 'precision of the computation', dtypes, 'float64'));
}

function addOptimizationOptions(
  command: Command,
  defaults: { learningRate: number; maxSteps: number; batchSize: number; evalFreq: number },
): void {
  command
    .addOption(number('--learning-rate <rate>', 'learning rate', positiveNumber, defaults.learningRate))
    .addOption(number('--max-steps <steps>', 'training steps', positiveInteger, defaults.maxSteps))
    .addOption(number('--batch-size <images>', 'images in a batch', positiveInteger, defaults.batchSize))
    .addOption(number('--eval-freq <steps>', 'steps between evaluations', positiveInteger, defaults.evalFreq))
    .addOption(choice('--optimizer <name>', 'how gradients become updates', optimizers, 'sgd'))
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
    .addOption(number('--seed <seed>', 'of the weights and of the batches', seed, 42));
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
    );
}

function addEngineOptions(command: Command, backends: readonly string[]): void {
  command
    .addOption(choice('--backend <name>', 'what computes; see `cifarlab backends`', ['auto', ...backends], 'auto'))
    .addOption(
      new Option('--threads <n>', 'threads to compute with (default: as many as there are cores)').argParser(
        threadCount,
      ),
    );
}

function addRunOptions(command: Command): void {
  command
    .addOption(new Option('--out <folder>', 'folder of the run (default: runs/<time>-<model>)'))
    .addOption(new Option('--resume <run>', 'go on with an earlier run, with the settings it was started with'))
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false);
}

function number<T extends number>(flags: string, description: string, parse: (text: string) => T, value: T): Option {
  return new Option(flags, description).default(value).argParser(parse);
}

function choice<T extends string>(flags: string, description: string, values: readonly T[], value: T): Option {
  return new Option(flags, `${description}: ${values.join(', ')}`).default(value).argParser(oneOf(...values));
}
