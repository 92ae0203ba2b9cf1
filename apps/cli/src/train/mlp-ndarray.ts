import type { Batch, Cifar10 } from '@cifarlab/cifar10';
import {
  checkMlpNdarraySettings,
  defaultNegSlope,
  type MlpNdarraySettingFlags,
  type MlpNdarraySettings,
  mlpNdarraySettingsOf,
  mlpWarnings,
  smallestMlpBatch,
} from '@cifarlab/experiment';
import { MLP, MlpLearner } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { type ExitCode, flagWords } from '../errors.js';
import type { Io } from '../io.js';
import { describeModel } from '../model-file.js';
import { ndarrayBatches } from '../networks/batches.js';
import { describeNdarrayMlp } from '../networks/ndarray-network.js';
import { beginRun } from './begin-run.js';
import { continueRun } from './continue-run.js';
import { type Engine, engineNotes } from './engine-notes.js';
import { holdingRun } from './holding-run.js';
import { type EngineFlags, engineOfNewRun, engineOfResumedRun } from './mlp-ndarray-engine.js';
import { resumeCommand } from './resume-command.js';
import type { Run, Trainee } from './run.js';
import type { RunFlags } from './run-flags.js';
import { trainRun } from './train-run.js';

/** What the command line gives, defaults filled in. */
export interface MlpNdarrayFlags extends MlpNdarraySettingFlags, EngineFlags, RunFlags {}

const packages = ['cifar10', 'gemm', 'ndarray-mlp', 'numpy-random', 'trainer'].map((name) => `@cifarlab/${name}`);

/**
 * Trains the hand-derived MLP, or goes on with an earlier run.
 *
 * @param given names of the flags that were on the command line.
 */
export async function trainMlpNdarray(flags: MlpNdarrayFlags, given: ReadonlySet<string>, io: Io): Promise<ExitCode> {
  return holdingRun('mlp-ndarray', flags, async () => {
    const { run, engine } = await openRun(flags, given);
    const { settings, earlier, folder } = run;
    return trainRun(
      run,
      {
        notes: [
          ...engineNotes(engine, earlier?.config.engine, flags),
          ...mlpWarnings(settings).map((warning) => warning.spelt(flagWords)),
        ],
        create: (data, rng) => createTrainee(settings, engine, data, rng),
        flags,
        resume: resumeCommand('mlp-ndarray', folder.path, flags, given),
      },
      io,
    );
  });
}

async function openRun(
  flags: MlpNdarrayFlags,
  given: ReadonlySet<string>,
): Promise<{ run: Run<MlpNdarraySettings>; engine: Engine }> {
  const settings = mlpNdarraySettingsOf(flags);
  if (flags.resume === undefined) {
    checkMlpNdarraySettings(settings);
    const engine = engineOfNewRun(flags);
    return { run: await beginRun('mlp-ndarray', settings, flags, given), engine };
  }
  const run = await continueRun(flags.resume, 'mlp-ndarray', settings, given, flags);
  checkMlpNdarraySettings(run.settings);
  return { run, engine: engineOfResumedRun(run.earlier.config.engine, flags, given) };
}

function createTrainee(settings: MlpNdarraySettings, engine: Engine, data: Cifar10, rng: RandomState): Trainee<Batch> {
  const { activation, norm, init, dtype } = settings;
  const model = new MLP(3072, settings.dnnHiddenUnits, data.classNames.length, {
    activation,
    norm,
    init,
    dtype,
    negativeSlope: settings.negSlope ?? defaultNegSlope,
    rng,
  });
  const { momentum, weightDecay } = settings;
  return {
    learner: new MlpLearner(model, { momentum, weightDecay }),
    batches: ndarrayBatches,
    smallestBatch: smallestMlpBatch(settings),
    describe: () => describeModel('mlp-ndarray', describeNdarrayMlp(model), data),
    engine: engine.record,
    software: engine.software,
    packages,
  };
}
