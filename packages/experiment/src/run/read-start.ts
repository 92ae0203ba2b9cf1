import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { recordedSource } from '../networks/finetune/start-weights.js';
import { mergeWeights, UnfitWeights } from '../networks/merge-weights.js';
import type { Network, NetworkFacts, Weights } from '../networks/network.js';
import type { Progress } from '../networks/progress.js';
import { networks } from '../networks/registry.js';
import { SettingError } from '../settings/setting-error.js';
import { isSaved } from './claim-run.js';
import { openRunFolder } from './run-folder.js';
import { readNetworkOf, type StoredNetwork } from './saved-network.js';

/** Trained weights that a new training starts from. */
export interface Start {
  /** The folder of the run, or the file. */
  from: string;
  weights: Weights;
  /** The classes, and the preparation of images, that they were trained with; undefined where that is not known. */
  trainedWith: Pick<StoredNetwork, 'classNames' | 'preprocessing'> | undefined;
  /** Facts to record about them. */
  facts: NetworkFacts;
}

/**
 * Reads the weights that a training starts from.
 *
 * @param from the folder of a run, whose best checkpoint is taken, or its last; or a .safetensors, .pth or .pt file.
 * @throws SettingError when the run is of another network; RunError, RecordError, CheckpointError, PretrainedError or
 *   TorchWeightsError where there are no weights to read.
 */
export async function readStart(from: string, network: Network, signal: AbortSignal): Promise<Start> {
  const isFolder = await stat(from).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? startOfRun(from, network) : startOfFile(from, network, signal);
}

async function startOfRun(from: string, network: Network): Promise<Start> {
  const known = [network, ...networks.filter(({ name }) => name !== network.name)];
  const run = await openRunFolder(from, known);
  if (run.network.name !== network.name) {
    throw unfit(from, `is a run of ${run.network.name}, not of ${network.name}`);
  }
  const checkpoint = (await isSaved(run.folder.best)) ? 'best' : 'last';
  const { weights, step, ...trainedWith } = await readNetworkOf(run.folder, [network], checkpoint);
  const licence = run.config.network?.['licence of the weights'];
  const facts = {
    weights: `${from} (${checkpoint}, step ${step})`,
    ...(licence === undefined ? {} : { 'licence of the weights': licence }),
    'SHA-256 of the weights': digestOf(weights),
  };
  return { from, weights, trainedWith, facts };
}

async function startOfFile(from: string, { name }: Network, signal: AbortSignal): Promise<Start> {
  const { loadPretrained } = await import('@cifarlab/pretrained');
  const { state: weights, source } = await loadPretrained(name, { file: from, signal });
  const facts = { weights: recordedSource(source), 'SHA-256 of the weights': source.sha256 };
  return { from, weights, trainedWith: undefined, facts };
}

/** Weights that a network is made with, and facts to record about them. */
export interface StartingPoint {
  /** Puts the trained weights in the place of those that a network was made with. @throws SettingError when they do not fit. */
  start: (own: Weights) => Weights;
  /** Facts to record; those about the last layer are there once `start` was called. */
  facts: () => NetworkFacts;
}

/**
 * Prepares trained weights for a network of some classes: where those are others than the weights were trained on, the last
 * layer is a new one. Of a file, whose classes are not known, their number counts.
 *
 * @param tell hears what is taken.
 */
export function startingPoint(
  { from, weights, trainedWith, facts }: Start,
  { classNames, preprocessing }: Pick<StoredNetwork, 'classNames' | 'preprocessing'>,
  tell: (progress: Progress) => void,
): StartingPoint {
  let lastLayer: NetworkFacts = {};
  if (trainedWith !== undefined && trainedWith.preprocessing.kind !== preprocessing.kind) {
    const words = { 'mean-image': 'without the mean image', standardize: 'standardised' };
    const message = `the images of ${from} were ${words[trainedWith.preprocessing.kind]}, and these are ${words[preprocessing.kind]}`;
    tell({ phase: 'warning', message });
  }
  return {
    start(own) {
      const merged = merge(own);
      const words = merged.keepsHead ? 'taken with them' : `new, for ${classNames.length} classes`;
      lastLayer = { 'last layer': words };
      for (const [what, value] of Object.entries({ ...facts, ...lastLayer })) {
        tell({ phase: 'note', message: `${what} : ${value}` });
      }
      return merged.weights;
    },
    facts: () => ({ ...facts, ...lastLayer }),
  };

  function merge(own: Weights) {
    try {
      return mergeWeights(own, weights, trainedWith && sameNames(trainedWith.classNames, classNames));
    } catch (error) {
      if (error instanceof UnfitWeights) throw unfit(from, `does not fit this network (${error.message})`, error);
      throw error;
    }
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

function unfit(from: string, rule: string, cause?: Error): SettingError {
  const remedy = 'give weights of the same network with the same layers';
  return new SettingError({ setting: 'from', value: from, rule, remedy }, { cause });
}

/** Digests weights by their names, shapes and numbers. */
function digestOf(weights: Weights): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of Object.entries(weights)) {
    hash.update(`${JSON.stringify([name, shape])}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
