import type { Batch, Cifar10 } from '@cifarlab/cifar10';
import { defaultNegSlope, type GivenSettings, networkOf, type SettingsOf, settingsOf } from '@cifarlab/experiment';
import { MLP, MlpLearner } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import type { TrainRequest } from '../commands/train-parser.js';
import type { ExitCode } from '../errors.js';
import { flagWords } from '../flag-words.js';
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
import { trainRun } from './train-run.js';

const network = networkOf('mlp-ndarray');

const packages = ['cifar10', 'gemm', 'ndarray-mlp', 'numpy-random', 'trainer'].map((name) => `@cifarlab/${name}`);

/** Trains the hand-derived MLP, or goes on with an earlier run. */
export async function trainMlpNdarray(request: TrainRequest, io: Io): Promise<ExitCode> {
  const { flags, given } = request;
  return holdingRun('mlp-ndarray', flags, async () => {
    const { run, engine } = await openRun(request);
    const { settings, earlier, folder } = run;
    return trainRun(
      run,
      {
        notes: [
          ...engineNotes(engine, earlier?.config.engine, flags),
          ...(network.warnings?.(settings) ?? []).map((warning) => warning.spelt(flagWords)),
        ],
        create: (data, rng) => createTrainee(settings, engine, data, rng),
        flags,
        resume: resumeCommand('mlp-ndarray', folder.path, flags, given),
      },
      io,
    );
  });
}

async function openRun({
  settings,
  flags,
  given,
}: TrainRequest): Promise<{ run: Run<SettingsOf<'mlp-ndarray'>>; engine: Engine }> {
  // Its parser knows no others.
  const engineFlags = flags as EngineFlags;
  if (flags.resume === undefined) {
    const complete = settingsOf(network, settings as GivenSettings<typeof network>);
    const engine = engineOfNewRun(engineFlags);
    return { run: await beginRun('mlp-ndarray', complete, flags, given), engine };
  }
  const run = await continueRun<SettingsOf<'mlp-ndarray'>>(flags.resume, network, settings, given, flags);
  return { run, engine: engineOfResumedRun(run.earlier.config.engine, engineFlags, given) };
}

function createTrainee(
  settings: SettingsOf<'mlp-ndarray'>,
  engine: Engine,
  data: Cifar10,
  rng: RandomState,
): Trainee<Batch> {
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
    smallestBatch: network.smallestBatch(settings),
    describe: () => describeModel('mlp-ndarray', describeNdarrayMlp(model), data),
    engine: engine.record,
    software: engine.software,
    packages,
  };
}
