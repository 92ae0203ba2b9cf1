import { Cifar10Error, type DataSet } from '@cifarlab/cifar10';
import { EngineError } from '@cifarlab/engines';
import type { ReportBlock } from '@cifarlab/plots';
import { CheckpointError } from '@cifarlab/trainer/node';
import { RecordError } from '../records/record-error.js';
import { classifySplit, type SplitResult } from '../run/classify-split.js';
import { imageFormat, requireSameClasses, requireSameImages } from '../run/dataset.js';
import { RunError } from '../run/run-error.js';
import type { RecordedFolder } from '../run/run-folder.js';
import { readNetworkOf, restoreNetwork, type StoredNetwork } from '../run/saved-network.js';
import { named, sentence } from '../settings/sentence.js';
import type { RecordedRun } from './curves.js';
import { firstLayerBlock } from './first-layer.js';
import type { NetworkSources } from './network-sources.js';
import { programWords, type ReportWords } from './report-words.js';

/** Findings about a run's network, for a report. */
export interface NetworkFindings {
  /** The step of the checkpoint; undefined where there is none. */
  step?: number;
  /** Its weights as pictures. */
  firstLayer?: ReportBlock;
  /** Its result on the test images. */
  test?: { result: SplitResult; split: DataSet; classNames: readonly string[] };
  /** Reasons why the rest is missing, and ways to get it. */
  missing: string[];
}

/**
 * Looks into the network of a run: its best checkpoint where there is one, else the last. What is not available is left
 * out and named; a page without it is better than none.
 */
export async function inspectNetwork(
  run: RecordedRun,
  sources: NetworkSources,
  words: ReportWords = programWords,
): Promise<NetworkFindings> {
  let stored: StoredNetwork;
  try {
    stored = await readNetworkOf(run.folder, [run.network]);
  } catch (error) {
    return { missing: [checkpointRemedy(run, error, words)] };
  }
  const firstLayer = firstLayerBlock(stored);
  const findings: NetworkFindings = {
    step: stored.step,
    ...(firstLayer === undefined ? {} : { firstLayer }),
    missing: [],
  };
  try {
    return { ...findings, test: await classifyTest(run, stored, sources) };
  } catch (error) {
    if (!isForWant(error)) throw error;
    return { ...findings, missing: [`The network was not tried on the test images: ${words.explain(error)}`] };
  }
}

/** Returns whether something is not available here, rather than asked for in a wrong way. */
function isForWant(error: unknown): error is Error {
  if (error instanceof EngineError) return error.code === 'UNAVAILABLE';
  if (error instanceof Cifar10Error) return error.code !== 'EMPTY_PATH';
  return error instanceof RunError && error.code !== 'no-such-engine';
}

/**
 * Classifies the test images of a run.
 *
 * @param most images, the first ones. Default: all.
 * @throws RunError, `other-images` or `other-classes`, when they are not the run's; as `NetworkSources`.
 */
export async function classifyTest(
  run: RecordedFolder,
  stored: StoredNetwork,
  { dataset, startEngine }: NetworkSources,
  most?: number,
): Promise<NonNullable<NetworkFindings['test']>> {
  const { data, settings } = run.config;
  const images = await dataset(imageFormat(run.network, settings));
  const { test, source } = images;
  if (test.numExamples !== data.test || source.verified !== data.verified) {
    const described = (count: number, verified: boolean) => `${count} ${verified ? 'published' : 'other'} test images`;
    throw new RunError({
      code: 'other-images',
      rule: `the run was made with ${described(data.test, data.verified)} and here are ${described(test.numExamples, source.verified)}`,
      remedy: sentence`give the run's with ${named('dataDir')}`,
    });
  }
  requireSameImages(images, data, run.folder.path);
  const { classNames } = stored;
  requireSameClasses(images, classNames, run.folder.path);
  await startEngine(run);
  const trained = await restoreNetwork(stored);
  try {
    const result = await classifySplit(trained, test, classNames.length, { mirror: false }, undefined, most);
    return { result, split: test, classNames };
  } finally {
    trained.dispose?.();
  }
}

function checkpointRemedy({ folder, config }: RecordedRun, error: unknown, words: ReportWords): string {
  if (error instanceof CheckpointError && error.code === 'missing') {
    return (
      `There is no checkpoint in ${folder.path}: copy the run's checkpoints folder there, or train again with ` +
      words.train(config.model)
    );
  }
  if (error instanceof CheckpointError || error instanceof RecordError || error instanceof RunError) {
    return `The run's checkpoint could not be used: ${words.explain(error)}`;
  }
  throw error;
}
