import { assertCount, assertNonNegative } from '@cifarlab/internals/checks';
import { assertMetric, isBetter } from './metric.js';
import type { EarlyStoppingState, Metric } from './state.js';

/** Rule for when to end a run that no longer improves. */
export interface EarlyStoppingOptions {
  /** Evaluations in a row without an improvement after which training stops, 1 or more. */
  patience: number;
  /** An improvement must be larger than this, in the metric's own unit. Default 0. */
  minDelta?: number;
  /** Metric on the validation split. Default `loss`. */
  metric?: Metric;
}

/** Counts the evaluations since the validation metric last improved. */
export class EarlyStopping {
  readonly #patience: number;
  readonly #minDelta: number;
  #state: EarlyStoppingState;

  /** @param saved where a resumed run had got. */
  constructor({ patience, minDelta = 0, metric = 'loss' }: EarlyStoppingOptions, saved: EarlyStoppingState | null) {
    assertCount('earlyStopping.patience', patience);
    assertNonNegative('earlyStopping.minDelta', minDelta);
    assertMetric('earlyStopping.metric', metric);
    if (saved !== null && saved.metric !== metric) {
      throw new RangeError(
        `The run to resume stops early by ${saved.metric}, and earlyStopping.metric is ${metric}: resume with ${saved.metric}, or start a new run.`,
      );
    }
    this.#patience = patience;
    this.#minDelta = minDelta;
    this.#state = saved ?? { metric, best: null, waited: 0 };
  }

  get state(): EarlyStoppingState {
    return this.#state;
  }

  get exhausted(): boolean {
    return this.#state.waited >= this.#patience;
  }

  update(step: number, evaluation: Record<Metric, number>): void {
    const { metric, best, waited } = this.#state;
    const value = evaluation[metric];
    const improved = best === null || isBetter(metric, value, best.value, this.#minDelta);
    this.#state = improved ? { metric, best: { value, step }, waited: 0 } : { metric, best, waited: waited + 1 };
  }

  /** Returns why training stops, in words. */
  explain(): string {
    const { metric, best, waited } = this.#state;
    const by = this.#minDelta > 0 ? ` by more than ${this.#minDelta}` : '';
    return `The validation ${metric} has not improved${by} in ${waited} evaluations since step ${best!.step}, where it was ${best!.value}.`;
  }
}
