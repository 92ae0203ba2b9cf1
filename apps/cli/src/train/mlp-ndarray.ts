import type { Cifar10 } from '@cifarlab/cifar10';
import { MLP, MlpLearner } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import type { NdarrayEngine } from '../backends/ndarray-engine.js';
import type { DataFlags } from '../commands/data-options.js';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { describeModel } from '../model-file.js';
import { beginRun } from './begin-run.js';
import { continueRun } from './continue-run.js';
import { type EngineFlags, engineNotes, engineOfNewRun, engineOfResumedRun, recordOf } from './mlp-ndarray-engine.js';
import { checkSettings, defaultNegSlope, type MlpNdarraySettings, warnings } from './mlp-ndarray-settings.js';
import type { Run, Trainee } from './run.js';
import { trainRun } from './train-run.js';

/** What the command line gives, defaults filled in. */
export interface TrainFlags extends Omit<MlpNdarraySettings, 'negSlope' | 'earlyStopping'>, EngineFlags, DataFlags {
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
  const { run, engine } = await openRun(flags, given);
  const { settings, madeWith } = run;
  const notes = [...engineNotes(engine, madeWith, flags), ...warnings(settings)];
  return trainRun(run, notes, (data, rng) => createTrainee(settings, engine, data, rng), flags, io);
}

async function openRun(
  flags: TrainFlags,
  given: ReadonlySet<string>,
): Promise<{ run: Run<MlpNdarraySettings>; engine: NdarrayEngine }> {
  const settings = settingsOf(flags);
  if (flags.resume === undefined) {
    checkSettings(settings);
    const engine = engineOfNewRun(flags);
    return { run: await beginRun('mlp-ndarray', settings, flags), engine };
  }
  const run = await continueRun(flags.resume, 'mlp-ndarray', settings, given, flags);
  checkSettings(run.settings);
  return { run, engine: engineOfResumedRun(run.madeWith, flags, given) };
}

function createTrainee(settings: MlpNdarraySettings, engine: NdarrayEngine, data: Cifar10, rng: RandomState): Trainee {
  const model = new MLP(3072, settings.dnnHiddenUnits, data.classNames.length, {
    ...settings,
    negativeSlope: settings.negSlope ?? defaultNegSlope,
    rng,
  });
  const { momentum, weightDecay } = settings;
  return {
    learner: new MlpLearner(model, { momentum, weightDecay }),
    describe: () => describeModel(model, data),
    engine: recordOf(engine),
    software: engine.ortVersion === undefined ? {} : { onnxruntime: engine.ortVersion },
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
