import type { Cifar10 } from '@cifarlab/cifar10';
import type { StartedEngine } from '@cifarlab/engines';
import { RandomState } from '@cifarlab/numpy-random';
import { MetricsFile } from '@cifarlab/trainer/node';
import type { Network, Trainee } from '../networks/network.js';
import { named, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import { augmentation, type TrainingSettings } from '../settings/training-settings.js';
import { loadDataset, requireSameClasses, requireSameImages } from './dataset.js';
import type { DataEvent } from './events.js';
import { describeMachine } from './machine.js';
import type { DataChoice } from './options.js';
import type { EarlierRun, Run } from './run.js';
import { readResult, writeConfig } from './run-folder.js';

/** All that a run's training takes. */
export interface PreparedRun {
  trainee: Trainee;
  data: Cifar10;
  metrics: MetricsFile;
}

/** Options of {@link prepareRun}. */
export interface PrepareOptions {
  engine: StartedEngine;
  data: DataChoice;
  signal: AbortSignal;
  tell: (event: DataEvent) => void;
}

/**
 * Loads the dataset, makes what is to be trained and opens the run's files. Weights and batches are drawn from one
 * generator, the weights first.
 *
 * @throws SettingError when the settings do not fit the dataset; RunError when an earlier run's classes or images are not
 *   those of the dataset; Cifar10Error when it cannot be loaded; what `signal` was aborted with.
 */
export async function prepareRun(run: Run, { engine, data: choice, signal, tell }: PrepareOptions): Promise<PreparedRun> {
  const { network, settings, folder, earlier } = run;
  // Read again when the training ends: what cannot be understood is said before it.
  if (earlier !== undefined) await readResult(folder);
  const rng = new RandomState(settings.seed);
  const data = await loadDataset(choice, { ...settings, augment: augmentation(settings), rng, signal }, tell);
  signal.throwIfAborted();
  const trainedOn = earlier?.config.data.classNames;
  if (trainedOn) requireSameClasses(data, trainedOn, folder.path);
  if (earlier !== undefined) requireSameImages(data, earlier.config.data, folder.path);
  requireBatches(network, settings, data.train.numExamples);
  const { classNames } = data;
  const trainee = await network.create({ settings, classNames, rng });
  const metrics =
    earlier === undefined ? await startFiles(run, engine, data) : await continueFiles(run, earlier);
  return { trainee, data, metrics };
}

async function startFiles(run: Run, engine: StartedEngine, data: Cifar10): Promise<MetricsFile> {
  const { folder } = run;
  await recordConfig(run, engine, data);
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

/** @throws SettingError when a batch is larger than the images, or too small to learn from. */
function requireBatches(network: Network, settings: TrainingSettings, images: number): void {
  const { batchOrder, batchSize } = settings;
  const fault = { setting: 'batchSize', value: batchSize };
  if (batchSize > images) {
    throw new SettingError({ ...fault, rule: `is more than the ${images} training images`, remedy: 'use a smaller one' });
  }
  const last = batchOrder === 'epoch' ? images % batchSize : 0;
  if (last === 0 || last >= (network.smallestBatch?.(settings) ?? 1)) return;
  throw new SettingError({
    ...fault,
    rule: `leaves ${last} of the ${images} training images to the last batch of an epoch, which batch norm cannot normalise`,
    remedy: sentence`use another one, or ${named('batchOrder', 'course')}`,
  });
}

async function recordConfig({ folder, network, settings }: Run, engine: StartedEngine, data: Cifar10): Promise<void> {
  const { origin, form, verified } = data.source;
  const sizes = {
    train: data.train.numExamples,
    validation: data.validation.numExamples,
    test: data.test.numExamples,
  };
  await writeConfig(folder, {
    model: network.name,
    settings,
    data: { origin, form, verified, ...sizes, classNames: data.classNames, digest: data.contentDigest },
    versions: { node: process.versions.node, ...network.versions(), ...engine.software },
    engine: engine.record,
    machine: describeMachine(),
    started: new Date().toISOString(),
  });
}
