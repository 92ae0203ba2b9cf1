import type { Cifar10, DataSet } from '@cifarlab/cifar10';
import type { ReportBlock } from '@cifarlab/plots';
import { CheckpointError } from '@cifarlab/trainer/node';
import { evaluateSplit, type SplitResult } from '../confusion.js';
import type { RecordedRun } from '../curves.js';
import { requireSameClasses, requireSameImages } from '../dataset.js';
import { CliError } from '../errors.js';
import { readBestStoredModel, restoreNetwork, type StoredModel } from '../model-file.js';
import { ownCommandLine } from '../own-command.js';
import { firstLayerBlock } from './first-layer.js';

/** What a report shows of a run's network. */
export interface ModelFindings {
  /** The step of the checkpoint; undefined where there is none. */
  step?: number;
  firstLayer?: ReportBlock;
  /** How it does on the test images. */
  test?: { result: SplitResult; split: DataSet; classNames: readonly string[] };
  /** Why the rest is missing, and how to get it. */
  missing: string[];
}

/** Where the network's images come from, and what computes. */
export interface ModelSources {
  /** @throws CliError when the dataset is not to be had. */
  dataset: (options: { standardize: boolean }) => Promise<Cifar10>;
  /** Starts what computes this run's network. @throws CliError when it is not to be had here. */
  startEngine: (run: RecordedRun) => Promise<void>;
}

/**
 * Looks into the network of a run: its best checkpoint where there is one, else the last. What is not to be had is left
 * out and named; a page without it is better than none.
 */
export async function inspectModel(run: RecordedRun, sources: ModelSources): Promise<ModelFindings> {
  let stored: StoredModel;
  try {
    stored = await readBestStoredModel(run.folder);
  } catch (error) {
    return { missing: [checkpointRemedy(run, error)] };
  }
  const firstLayer = firstLayerBlock(stored);
  const findings: ModelFindings = {
    step: stored.step,
    ...(firstLayer === undefined ? {} : { firstLayer }),
    missing: [],
  };
  try {
    return { ...findings, test: await classifyTest(run, stored, sources) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { ...findings, missing: [`The network was not tried on the test images: ${error.message}`] };
  }
}

async function classifyTest(
  run: RecordedRun,
  stored: StoredModel,
  { dataset, startEngine }: ModelSources,
): Promise<NonNullable<ModelFindings['test']>> {
  const { data, settings } = run.config;
  const images = await dataset({ standardize: settings.standardize });
  const { test, source } = images;
  if (test.numExamples !== data.test || source.verified !== data.verified) {
    const described = (count: number, verified: boolean) => `${count} ${verified ? 'published' : 'other'} test images`;
    throw new CliError(
      `the run was made with ${described(data.test, data.verified)} and here are ` +
        `${described(test.numExamples, source.verified)}; give the run's with --data-dir`,
    );
  }
  requireSameImages(images, data, run.folder.path);
  const { classNames } = stored;
  requireSameClasses(images, classNames, run.folder.path);
  await startEngine(run);
  const result = evaluateSplit(await restoreNetwork(stored), test, classNames.length, { mirror: false });
  return { result, split: test, classNames };
}

function checkpointRemedy({ folder, config }: RecordedRun, error: unknown): string {
  if (error instanceof CheckpointError && error.code === 'missing') {
    return (
      `There is no checkpoint in ${folder.path}: copy the run's checkpoints folder there, or train again with ` +
      ownCommandLine('train', config.model)
    );
  }
  if (error instanceof CheckpointError || error instanceof CliError) {
    return `The run's checkpoint could not be used: ${error.message}`;
  }
  throw error;
}
