import type { Cifar10 } from '@cifarlab/cifar10';
import { type AnyNetwork, type NetworkName, settingsOf, type TrainingSettings } from '@cifarlab/experiment';
import type { RandomState } from '@cifarlab/numpy-random';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TrainRequest } from '../commands/train-parser.js';
import type { ExitCode } from '../errors.js';
import { flagWords } from '../flag-words.js';
import type { Io } from '../io.js';
import { describeModel } from '../model-file.js';
import type { ClassedTfjsBatch } from '../networks/batches.js';
import type { TfjsKind } from '../networks/tfjs-network.js';
import { beginRun } from './begin-run.js';
import { continueRun } from './continue-run.js';
import { createOptimizer, type OptimizerSettings } from './create-optimizer.js';
import { type Engine, engineNotes } from './engine-notes.js';
import { holdingRun } from './holding-run.js';
import { resumeCommand } from './resume-command.js';
import type { Run, Trainee } from './run.js';
import { checkStepMemory, memoryLimits } from './step-memory.js';
import { restartEngine, startEngine } from './tensorflow-engine.js';
import { trainRun } from './train-run.js';

/** The settings of every network in TensorFlow.js. */
type TensorflowSettings = TrainingSettings & OptimizerSettings;

/** What differs between the networks in TensorFlow.js. */
export interface TensorflowNetwork<Settings, Config extends object> {
  network: AnyNetwork & { name: NetworkName };
  kind: TfjsKind<Config>;
  packages: readonly string[];
  /** What the network can be made of again, without its weights. */
  config(settings: Settings, data: Pick<Cifar10, 'classNames'>): Config;
  /** What a training step takes on the CPU, in bytes. */
  stepBytes(settings: Settings, batchSize: number): number;
  /** The network with the weights to start from. */
  create(config: Config, rng: RandomState): LayersModel;
}

/** Arrays that the optimizer keeps beside each weight. */
export function optimizerSlots({ optimizer, momentum }: OptimizerSettings): 0 | 1 | 2 {
  if (optimizer !== 'sgd') return 2;
  return momentum > 0 ? 1 : 0;
}

const packages = ['cifar10', 'numpy-random', 'tfjs-backend-ort', 'tfjs-ops', 'trainer'].map(
  (name) => `@cifarlab/${name}`,
);

/** Trains a network in TensorFlow.js, or goes on with an earlier run. */
export async function trainTensorflow<Settings extends TensorflowSettings, Config extends object>(
  tensorflow: TensorflowNetwork<Settings, Config>,
  request: TrainRequest,
  io: Io,
): Promise<ExitCode> {
  const { flags, given } = request;
  const { name, warnings } = tensorflow.network;
  return holdingRun(name, flags, async () => {
    const { run, engine, memory } = await openRun(tensorflow, request);
    const { earlier, folder, settings } = run;
    return trainRun(
      run,
      {
        notes: [
          ...engineNotes(engine, earlier?.config.engine, flags),
          memory,
          ...(warnings?.(settings) ?? []).map((warning) => warning.spelt(flagWords)),
        ],
        create: (data, rng) => createTrainee(tensorflow, settings, engine, data, rng),
        flags,
        resume: resumeCommand(name, folder.path, flags, given),
      },
      io,
    );
  });
}

async function openRun<Settings extends TensorflowSettings, Config extends object>(
  tensorflow: TensorflowNetwork<Settings, Config>,
  { settings: given, flags, given: givenFlags }: TrainRequest,
): Promise<{ run: Run<Settings>; engine: Engine; memory: string }> {
  const { network } = tensorflow;
  if (flags.resume === undefined) {
    const settings = settingsOf(network, given) as TrainingSettings as Settings;
    const engine = await startEngine(flags);
    const memory = checkMemory(tensorflow, settings, engine);
    return { run: await beginRun(network.name, settings, flags, givenFlags), engine, memory };
  }
  const run = await continueRun<Settings>(flags.resume, network, given, givenFlags, flags);
  const engine = await restartEngine(run.earlier.config.engine, flags, givenFlags);
  return { run, engine, memory: checkMemory(tensorflow, run.settings, engine) };
}

/** @throws UsageError for a batch that does not fit. */
function checkMemory<Settings extends TensorflowSettings, Config extends object>(
  { network, stepBytes }: TensorflowNetwork<Settings, Config>,
  settings: Settings,
  { backend, memoryLimit }: Engine,
): string {
  return checkStepMemory(
    settings.batchSize,
    (batchSize) => stepBytes(settings, batchSize),
    memoryLimits({ name: backend, bytes: memoryLimit }),
    network.smallestBatch(settings),
  );
}

function createTrainee<Settings extends TensorflowSettings, Config extends object>(
  tensorflow: TensorflowNetwork<Settings, Config>,
  settings: Settings,
  engine: Engine,
  data: Cifar10,
  rng: RandomState,
): Trainee<ClassedTfjsBatch> {
  const { kind, network } = tensorflow;
  const config = tensorflow.config(settings, data);
  const model = tensorflow.create(config, rng);
  const { labelSmoothing } = settings;
  return {
    learner: new TfjsLearner({ model, optimizer: createOptimizer(settings), labelSmoothing }),
    batches: kind.batches,
    smallestBatch: network.smallestBatch(settings),
    describe: async () => describeModel(network.name, { arrays: await kind.save(model), config }, data),
    engine: engine.record,
    software: engine.software,
    packages: [...tensorflow.packages, ...packages],
  };
}
