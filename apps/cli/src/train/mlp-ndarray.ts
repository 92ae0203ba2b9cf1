import type { Cifar10 } from '@cifarlab/cifar10';
import { gemmEngineDetails } from '@cifarlab/gemm';
import { MLP, MlpLearner } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import type { DataFlags } from '../commands/data-options.js';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { describeModel } from '../model-file.js';
import { beginRun } from './begin-run.js';
import { continueRun } from './continue-run.js';
import { checkSettings, defaultNegSlope, type MlpNdarraySettings, warnings } from './mlp-ndarray-settings.js';
import type { Run, Trainee } from './run.js';
import { trainRun } from './train-run.js';

/** What the command line gives, defaults filled in. */
export interface TrainFlags extends Omit<MlpNdarraySettings, 'negSlope' | 'earlyStopping'>, DataFlags {
  negSlope?: number;
  earlyStopping?: number;
  out?: string;
  resume?: string;
  json: boolean;
  quiet: boolean;
}

const packages = ['cifar10', 'gemm', 'ndarray-mlp', 'numpy-random', 'trainer'].map((name) => `@cifarlab/${name}`);

/**
 * Trains the hand-derived MLP, or goes on with an earlier run.
 *
 * @param given names of the flags that were on the command line.
 */
export async function trainMlpNdarray(flags: TrainFlags, given: ReadonlySet<string>, io: Io): Promise<ExitCode> {
  const run = await openRun(flags, given);
  const { settings } = run;
  return trainRun(run, warnings(settings), (data, rng) => createTrainee(settings, data, rng), flags, io);
}

async function openRun(flags: TrainFlags, given: ReadonlySet<string>): Promise<Run<MlpNdarraySettings>> {
  const settings = settingsOf(flags);
  if (flags.resume === undefined) {
    checkSettings(settings);
    return beginRun('mlp-ndarray', settings, flags);
  }
  const run = await continueRun(flags.resume, 'mlp-ndarray', settings, given, flags);
  checkSettings(run.settings);
  return run;
}

function createTrainee(settings: MlpNdarraySettings, data: Cifar10, rng: RandomState): Trainee {
  const model = new MLP(3072, settings.dnnHiddenUnits, data.classNames.length, {
    ...settings,
    negativeSlope: settings.negSlope ?? defaultNegSlope,
    rng,
  });
  const { momentum, weightDecay } = settings;
  const { engine, threads } = gemmEngineDetails();
  return {
    learner: new MlpLearner(model, { momentum, weightDecay }),
    describe: () => describeModel(model, data),
    engine: { name: `gemm ${engine}`, threads },
    packages,
  };
}

function settingsOf(flags: TrainFlags): MlpNdarraySettings {
  return {
    dnnHiddenUnits: flags.dnnHiddenUnits,
    activation: flags.activation,
    negSlope: flags.negSlope ?? (flags.activation === 'leaky-relu' ? defaultNegSlope : null),
    norm: flags.norm,
    init: flags.init,
    optimizer: flags.optimizer,
    learningRate: flags.learningRate,
    momentum: flags.momentum,
    weightDecay: flags.weightDecay,
    schedule: flags.schedule,
    warmupSteps: flags.warmupSteps,
    maxSteps: flags.maxSteps,
    batchSize: flags.batchSize,
    evalFreq: flags.evalFreq,
    earlyStopping: flags.earlyStopping ?? null,
    seed: flags.seed,
    dtype: flags.dtype,
    batchOrder: flags.batchOrder,
    standardize: flags.standardize,
    validationSize: flags.validationSize,
  };
}
