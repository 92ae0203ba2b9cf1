import type { Cifar10 } from '@cifarlab/cifar10';
import type { OptimizerSettings, Sentence, TrainingSettings } from '@cifarlab/experiment';
import type { RandomState } from '@cifarlab/numpy-random';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TensorflowFlags } from '../commands/engine-options.js';
import { type ExitCode, flagWords } from '../errors.js';
import type { Io } from '../io.js';
import { describeModel } from '../model-file.js';
import type { ClassedTfjsBatch } from '../networks/batches.js';
import type { TfjsKind } from '../networks/tfjs-network.js';
import type { ModelName } from '../run-folder.js';
import { beginRun } from './begin-run.js';
import { continueRun } from './continue-run.js';
import { createOptimizer } from './create-optimizer.js';
import { type Engine, engineNotes } from './engine-notes.js';
import { holdingRun } from './holding-run.js';
import { resumeCommand } from './resume-command.js';
import type { Run, Trainee } from './run.js';
import type { RunFlags } from './run-flags.js';
import { checkStepMemory, memoryLimits } from './step-memory.js';
import { restartEngine, startEngine } from './tensorflow-engine.js';
import { trainRun } from './train-run.js';

/** Flags of every `train` command for a network in TensorFlow.js, beside its settings. */
export interface TensorflowRunFlags extends TensorflowFlags, RunFlags {}

/** What differs between the networks in TensorFlow.js. */
export interface TensorflowNetwork<Settings, Config extends object> {
  name: ModelName;
  kind: TfjsKind<Config>;
  packages: readonly string[];
  /** @throws SettingError for settings that contradict each other. */
  check(settings: Settings): void;
  warnings(settings: Settings): Sentence[];
  /** The fewest images that the network can learn from. */
  smallestBatch(settings: Settings): number;
  /** What the network can be made of again, without its weights. */
  config(settings: Settings, data: Pick<Cifar10, 'classNames'>): Config;
  /** What a training step takes on the CPU, in bytes. */
  stepBytes(settings: Settings, batchSize: number): number;
  /** The network with the weights to start from. */
  create(config: Config, rng: RandomState): LayersModel;
}

const packages = ['cifar10', 'numpy-random', 'tfjs-backend-ort', 'tfjs-ops', 'trainer'].map(
  (name) => `@cifarlab/${name}`,
);

/**
 * Trains a network in TensorFlow.js, or goes on with an earlier run.
 *
 * @param given names of the flags that were on the command line.
 */
export async function trainTensorflow<Settings extends TrainingSettings & OptimizerSettings, Config extends object>(
  network: TensorflowNetwork<Settings, Config>,
  settings: Settings,
  flags: TensorflowRunFlags,
  given: ReadonlySet<string>,
  io: Io,
): Promise<ExitCode> {
  return holdingRun(network.name, flags, async () => {
    const { run, engine, memory } = await openRun(network, settings, flags, given);
    const { earlier, folder } = run;
    return trainRun(
      run,
      {
        notes: [
          ...engineNotes(engine, earlier?.config.engine, flags),
          memory,
          ...network.warnings(run.settings).map((warning) => warning.spelt(flagWords)),
        ],
        create: (data, rng) => createTrainee(network, run.settings, engine, data, rng),
        flags,
        resume: resumeCommand(network.name, folder.path, flags, given),
      },
      io,
    );
  });
}

async function openRun<Settings extends TrainingSettings, Config extends object>(
  network: TensorflowNetwork<Settings, Config>,
  settings: Settings,
  flags: TensorflowRunFlags,
  given: ReadonlySet<string>,
): Promise<{ run: Run<Settings>; engine: Engine; memory: string }> {
  if (flags.resume === undefined) {
    network.check(settings);
    const engine = await startEngine(flags);
    const memory = checkMemory(network, settings, engine);
    return { run: await beginRun(network.name, settings, flags, given), engine, memory };
  }
  const run = await continueRun(flags.resume, network.name, settings, given, flags);
  network.check(run.settings);
  const engine = await restartEngine(run.earlier.config.engine, flags, given);
  return { run, engine, memory: checkMemory(network, run.settings, engine) };
}

/** @throws UsageError for a batch that does not fit. */
function checkMemory<Settings extends TrainingSettings, Config extends object>(
  network: TensorflowNetwork<Settings, Config>,
  settings: Settings,
  { backend, memoryLimit }: Engine,
): string {
  return checkStepMemory(
    settings.batchSize,
    (batchSize) => network.stepBytes(settings, batchSize),
    memoryLimits({ name: backend, bytes: memoryLimit }),
    network.smallestBatch(settings),
  );
}

function createTrainee<Settings extends TrainingSettings & OptimizerSettings, Config extends object>(
  network: TensorflowNetwork<Settings, Config>,
  settings: Settings,
  engine: Engine,
  data: Cifar10,
  rng: RandomState,
): Trainee<ClassedTfjsBatch> {
  const { kind, name } = network;
  const config = network.config(settings, data);
  const model = network.create(config, rng);
  const { labelSmoothing } = settings;
  return {
    learner: new TfjsLearner({ model, optimizer: createOptimizer(settings), labelSmoothing }),
    batches: kind.batches,
    smallestBatch: network.smallestBatch(settings),
    describe: async () => describeModel(name, { arrays: await kind.save(model), config }, data),
    engine: engine.record,
    software: engine.software,
    packages: [...network.packages, ...packages],
  };
}
