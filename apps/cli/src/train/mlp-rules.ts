import { UsageError } from '../errors.js';

/** Slope of the leaky ReLU below zero when `--neg-slope` does not say. */
export const defaultNegSlope = 0.02;

/** The settings that both MLPs have. */
export interface MlpShape {
  dnnHiddenUnits: number[];
  activation: string;
  /** Slope of the leaky ReLU below zero; null where the activation has none. */
  negSlope: number | null;
  norm: string;
  init: string;
  batchSize: number;
}

/** Rules that concern several flags at once. @throws UsageError naming the flags. */
export function checkMlpShape({ activation, negSlope, norm, batchSize }: MlpShape): void {
  if (negSlope !== null && activation !== 'leaky-relu') {
    throw new UsageError(
      `--neg-slope ${negSlope} has no meaning for --activation ${activation}; leave it out or use --activation leaky-relu`,
    );
  }
  if (norm === 'batch' && batchSize === 1) {
    throw new UsageError('--norm batch cannot normalise a batch of one image; use a larger --batch-size');
  }
}

/** The fewest images that such an MLP can learn from. */
export function smallestMlpBatch({ norm }: MlpShape): number {
  return norm === 'batch' ? 2 : 1;
}

/** What a newcomer may trip over, said before the run rather than after it. */
export function mlpWarnings({ init, norm, dnnHiddenUnits }: MlpShape): string[] {
  if (init !== 'course' || norm !== 'none' || dnnHiddenUnits.length < 2) return [];
  return [
    "warning: with two or more hidden layers the course's initialisation, N(0, 0.0001²), hardly learns " +
      '(the loss stays near 2.3026): try --init he',
  ];
}
