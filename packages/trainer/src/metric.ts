import { assertOneOf } from '@cifarlab/internals/checks';
import type { Metric } from './state.js';

export function assertMetric(what: string, value: unknown): asserts value is Metric {
  assertOneOf(what, value, ['loss', 'accuracy']);
}

/** Returns whether `value` is better than `than` by more than `minDelta`. */
export function isBetter(metric: Metric, value: number, than: number, minDelta = 0): boolean {
  return metric === 'loss' ? value < than - minDelta : value > than + minDelta;
}
