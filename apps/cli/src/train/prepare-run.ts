import type { Cifar10 } from '@cifarlab/cifar10';
import { checkBatches, type TrainingSettings } from '@cifarlab/experiment';
import { RandomState } from '@cifarlab/numpy-random';
import { MetricsFile } from '@cifarlab/trainer/node';
import type { DataFlags } from '../commands/data-options.js';
import { loadDataset, requireSameClasses, requireSameImages } from '../dataset.js';
import type { Io } from '../io.js';
import { describeMachine, describeVersions } from '../machine.js';
import { readResult, writeConfig } from '../run-folder.js';
import type { EarlierRun, Run, Trainee } from './run.js';

/** All that a run's training takes. */
export interface PreparedRun {
  trainee: Trainee;
  data: Cifar10;
  metrics: MetricsFile;
}

/**
 * Loads the dataset, makes what is to be trained and opens the run's files.
 *
 * @param create is given the generator that both the weights and the batches are drawn from, the weights first.
 * @throws SettingError when the settings do not fit the dataset; CliError when an earlier run's classes or images are not
 *   those of the dataset; what loading it throws; what `signal` was aborted with.
 */
export async function prepareRun(
  run: Run,
  create: (data: Cifar10, rng: RandomState) => Trainee,
  flags: DataFlags,
  io: Io,
  signal: AbortSignal,
): Promise<PreparedRun> {
  const { settings, folder, earlier } = run;
  // Read again when the training ends: what cannot be understood is said before it.
  if (earlier !== undefined) await readResult(folder);
  const { flip, crop, cutout, seed } = settings;
  const rng = new RandomState(seed);
  const data = await loadDataset(flags, { ...settings, augment: { flip, crop, cutout }, rng, signal }, io);
  signal.throwIfAborted();
  const trainedOn = earlier?.config.data?.classNames;
  if (trainedOn) requireSameClasses(data, trainedOn, folder.path);
  if (earlier !== undefined) requireSameImages(data, earlier.config.data, folder.path);
  const trainee = create(data, rng);
  checkBatches(settings, data.train.numExamples, trainee.smallestBatch);
  const metrics = earlier === undefined ? await startFiles(run, trainee, data) : await continueFiles(run, earlier);
  return { trainee, data, metrics };
}

async function startFiles(run: Run, trainee: Trainee, data: Cifar10): Promise<MetricsFile> {
  const { folder } = run;
  await recordConfig(run, trainee, data);
  run.wrote(folder.config);
  const metrics = await MetricsFile.create(folder.metrics);
  run.wrote(folder.metrics);
  return metrics;
}

async function continueFiles({ folder }: Run, { config, isChanged, resumeFrom }: EarlierRun): Promise<MetricsFile> {
  const metrics = await MetricsFile.resume(folder.metrics, resumeFrom);
  if (isChanged) await writeConfig(folder, config);
  return metrics;
}

async function recordConfig(
  run: Run<TrainingSettings>,
  { engine, packages, software }: Trainee,
  data: Cifar10,
): Promise<void> {
  const { origin, form, verified } = data.source;
  const sizes = {
    train: data.train.numExamples,
    validation: data.validation.numExamples,
    test: data.test.numExamples,
  };
  await writeConfig(run.folder, {
    model: run.model,
    settings: run.settings,
    data: { origin, form, verified, ...sizes, classNames: data.classNames, digest: data.contentDigest },
    versions: { ...describeVersions(packages), ...software },
    engine,
    machine: describeMachine(),
    started: new Date().toISOString(),
  });
}
