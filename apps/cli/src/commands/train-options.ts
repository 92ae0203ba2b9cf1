import { batchOrders, schedules } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import {
  cropSize,
  cutoutSize,
  fraction,
  hiddenUnits,
  nonNegativeInteger,
  nonNegativeNumber,
  outputFolder,
  positiveInteger,
  positiveNumber,
  seed,
} from '../flags.js';
import { choice, number } from './options.js';

/** What differs between the networks where a flag is left out. */
export interface OptimizationDefaults {
  learningRate: number;
  maxSteps: number;
  batchSize: number;
  evalFreq: number;
  optimizer: 'sgd' | 'adam';
}

/** The flags of both MLPs. */
export function addMlpOptions(
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

/** How the network is trained. */
export function addOptimizationOptions(
  command: Command,
  defaults: OptimizationDefaults,
  optimizers: readonly string[],
): void {
  command
    .addOption(number('--learning-rate <rate>', 'learning rate', positiveNumber, defaults.learningRate))
    .addOption(number('--max-steps <steps>', 'training steps', positiveInteger, defaults.maxSteps))
    .addOption(number('--batch-size <images>', 'images in a batch', positiveInteger, defaults.batchSize))
    .addOption(number('--eval-freq <steps>', 'steps between evaluations', positiveInteger, defaults.evalFreq))
    .addOption(choice('--optimizer <name>', 'how gradients become updates', optimizers, defaults.optimizer))
    .addOption(number('--momentum <factor>', 'momentum of sgd', fraction, 0))
    .addOption(number('--weight-decay <factor>', 'L2 penalty on the weights', nonNegativeNumber, 0))
    .addOption(choice('--schedule <name>', 'learning rate over the steps', schedules, 'constant'))
    .addOption(
      new Option('--schedule-steps <steps>', 'steps that the schedule spans (default: --max-steps)').argParser(
        positiveInteger,
      ),
    )
    .addOption(number('--warmup-steps <steps>', 'linear warm-up before the schedule', nonNegativeInteger, 0))
    .addOption(
      new Option(
        '--early-stopping <evaluations>',
        'stop after this many evaluations without a lower validation loss',
      ).argParser(positiveInteger),
    )
    .addOption(number('--seed <seed>', 'of the weights, of the batches and of all else that is random', seed, 42));
}

/** How the training images become batches. */
export function addBatchOptions(command: Command): void {
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

/** Where the run goes, and how it prints. */
export function addRunOptions(command: Command): void {
  command
    .option('--no-test', 'do not evaluate on the test images')
    .addOption(new Option('--out <folder>', 'folder of the run (default: runs/<time>-<model>)').argParser(outputFolder))
    .addOption(new Option('--resume <run>', 'continue an earlier run, with its recorded settings'))
    .addOption(
      number(
        '--checkpoint-minutes <minutes>',
        'the longest time between two checkpoints; 0: only after step 1, with evaluations and at the end',
        nonNegativeNumber,
        5,
      ),
    )
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false);
}
