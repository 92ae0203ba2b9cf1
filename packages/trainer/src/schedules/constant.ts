import { assertNonNegative } from '@cifarlab/internals/checks';
import type { Schedule } from './schedule.js';

/** Returns the same learning rate at every step. */
export function constant(learningRate: number): Schedule {
  assertNonNegative('learningRate', learningRate);
  return () => learningRate;
}
