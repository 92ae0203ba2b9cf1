import type { StartedEngine } from '@cifarlab/engines';
import { RandomState } from '@cifarlab/numpy-random';
import { MetricsFile } from '@cifarlab/trainer/node';
import type { Dataset } from '../images/dataset.js';
import type { NetworkFacts, Trainee } from '../networks/network.js';
import { mostSessions } from '../records/run-config.js';
import { checkBatches } from '../settings/batch-rules.js';
import type { TrainingSettings } from '../settings/network-settings.js';
import type { AllSettings } from '../settings/table.js';
import { imageFormat, loadDataset, requireSameClasses, requireSameImages } from './dataset.js';
import type { DataEvent, NetworkEvent } from './events.js';
import { describeMachine, describeSession } from './machine.js';
import type { DataChoice } from './options.js';
import { readStart, startingPoint } from './read-start.js';
import type { EarlierRun, Run } from './run.js';
import { readResult, writeConfig } from './run-folder.js';

/** All that a run's training takes. */
export interface PreparedRun {
  trainee: Trainee;
  data: Dataset;
  metrics: MetricsFile;
}

/** Options of {@link prepareRun}. */
export interface PrepareOptions {
  engine: StartedEngine;
  data: DataChoice;
  signal: AbortSignal;
  tell: (event: DataEvent | NetworkEvent) => void;
}

/**
 * Loads the dataset, makes what is to be trained and opens the run's files. Weights and batches are drawn from one
 * generator, the weights first.
 *
 * @throws SettingError when the settings do not fit the dataset; RunError when an earlier run's classes or images are not
 *   those of the dataset; Cifar10Error when it cannot be loaded; what `signal` was aborted with.
 */
export async function prepareRun(
  run: Run,
  { engine, data: choice, signal, tell }: PrepareOptions,
): Promise<PreparedRun> {
  const { network, settings, folder, earlier } = run;
  // Read again when the training ends: what cannot be understood is said before it.
  if (earlier !== undefined) await readResult(folder);
  const rng = new RandomState(settings.seed);
  const { from = null } = settings as Partial<AllSettings>;
  const trained = from === null || earlier !== undefined ? undefined : await readStart(from, network, signal);
  const { seed, batchOrder, validationSize, crop, cutout } = settings;
  const augment = { flip: flipOf(settings), crop, cutout };
  const data = await loadDataset(
    choice,
    {
      ...{ seed, batchOrder, validationSize, augment, rng, signal },
      format: imageFormat(network, settings),
      run: earlier && folder.path,
    },
    tell,
  );
  signal.throwIfAborted();
  const trainedOn = earlier?.config.data.classNames;
  if (trainedOn) requireSameClasses(data, trainedOn, folder.path);
  if (earlier !== undefined) requireSameImages(data, earlier.config.data, folder.path);
  checkBatches(settings, data.train.numExamples, network.smallestBatch(settings));
  const { classNames } = data;
  const tellNetwork = (progress: NetworkEvent['progress']) => tell({ type: 'network', progress });
  const point = trained && startingPoint(trained, data, tellNetwork);
  const trainee = await network.create({
    ...{ settings, classNames, rng, data, signal },
    cache: { cacheDir: choice.cacheDir, offline: choice.offline },
    saved: earlier?.saved,
    start: point?.start,
    tell: tellNetwork,
  });
  signal.throwIfAborted();
  const facts = point === undefined ? trainee.facts : { ...point.facts(), ...trainee.facts };
  const metrics =
    earlier === undefined
      ? await startFiles(run, { engine, data, facts })
      : await continueFiles(run, earlier, { engine, facts: trainee.facts });
  return { trainee, data, metrics };
}

/** Says which training images are mirrored. */
function flipOf(settings: TrainingSettings): boolean | 'alternate' {
  const { flip, alternateFlip = false } = settings as TrainingSettings & Partial<AllSettings>;
  return flip && alternateFlip ? 'alternate' : flip;
}

/** Ingredients of a run. */
interface Ingredients {
  engine: StartedEngine;
  data: Dataset;
  facts: NetworkFacts | undefined;
}

async function startFiles(run: Run, ingredients: Ingredients): Promise<MetricsFile> {
  const { folder, lock } = run;
  await lock.check();
  await recordConfig(run, ingredients);
  run.wrote(folder.config);
  await lock.check();
  const metrics = await MetricsFile.create(folder.metrics);
  run.wrote(folder.metrics);
  return metrics;
}

async function continueFiles(
  { folder, lock }: Run,
  { config, resumeFrom }: EarlierRun,
  { engine, facts }: Omit<Ingredients, 'data'>,
): Promise<MetricsFile> {
  await lock.check();
  const metrics = await MetricsFile.resume(folder.metrics, resumeFrom);
  const network = facts && { network: { ...config.network, ...facts } };
  await lock.check();
  const sessions = [...(config.sessions ?? []), describeSession(engine.record, resumeFrom.step)].slice(-mostSessions);
  await writeConfig(folder, { ...config, ...network, sessions });
  return metrics;
}

async function recordConfig({ folder, network, settings }: Run, { engine, data, facts }: Ingredients): Promise<void> {
  const { origin, form, verified } = data.source;
  const sizes = {
    train: data.train.numExamples,
    validation: data.validation.numExamples,
    test: data.test.numExamples,
  };
  await writeConfig(folder, {
    model: network.name,
    settings,
    data: {
      ...{ origin, form, verified, ...sizes, classNames: data.classNames },
      ...(data.train.side === 32 ? {} : { side: data.train.side }),
      digest: data.contentDigest,
    },
    ...(facts === undefined ? {} : { network: facts }),
    versions: { node: process.versions.node, ...network.versions(), ...engine.software },
    engine: engine.record,
    machine: describeMachine(),
    started: new Date().toISOString(),
    sessions: [describeSession(engine.record, 0)],
  });
}
