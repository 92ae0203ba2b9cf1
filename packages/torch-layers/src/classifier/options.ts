import { assertBelowOne, assertCount, assertOneOf } from '@cifarlab/internals/checks';
import { BATCH_NORM_MODES, type BatchNormMode } from '../layers/batch-norm-mode.js';
import { LINEAR_STARTS, type LinearStart } from '../layers/linear-start.js';
import { checkedSeed } from '../layers/seed.js';

/** Options that the networks for images have in common; all may be left out. */
export interface ClassifierOptions {
  /** Default 1000, ImageNet's. */
  numClasses?: number;
  /** Probability that a feature before the head is set to 0 in training; from 0, and below 1. Default 0. */
  dropout?: number;
  /** Seed of the initial weights and of dropout's masks, an integer from 0 to 4294967295. Default 42. */
  seed?: number;
  /** Height and width of the images; by default any size is taken, another one in every batch. */
  resolution?: number;
  /** Statistics of batch normalisation in training: `frozen` (the default), for fine-tuning, or the batch's, `training`. */
  batchNorm?: BatchNormMode;
  /** Initial weights of the head: `uniform`, as in PyTorch's linear layers (the default), or `zeros`. */
  headStart?: LinearStart;
}

/** {@link ClassifierOptions}, checked, with their defaults. */
export type ClassifierSettings = Required<Omit<ClassifierOptions, 'resolution'>> & {
  /** Height and width of the images; null if any size is taken. */
  resolution: number | null;
};

/** The names of the options. */
export const CLASSIFIER_OPTIONS = ['numClasses', 'dropout', 'seed', 'resolution', 'batchNorm', 'headStart'];

/**
 * Checks the options and fills in the defaults.
 *
 * @param what the function that they are of, for messages.
 * @throws RangeError or TypeError on options out of range.
 */
export function classifierSettings(what: string, options: ClassifierOptions): ClassifierSettings {
  const { numClasses = 1000, dropout = 0, seed = 42, resolution } = options;
  const { batchNorm = 'frozen', headStart = 'uniform' } = options;
  assertCount(`${what}: numClasses`, numClasses);
  assertBelowOne(`${what}: dropout`, dropout);
  checkedSeed(what, seed);
  if (resolution !== undefined) assertCount(`${what}: resolution`, resolution);
  assertOneOf(`${what}: batchNorm`, batchNorm, BATCH_NORM_MODES);
  assertOneOf(`${what}: headStart`, headStart, LINEAR_STARTS);
  return { numClasses, dropout, seed, resolution: resolution ?? null, batchNorm, headStart };
}
