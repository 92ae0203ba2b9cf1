import { PlotError } from './errors.js';

/** One measurement. `value` may be non-finite (a diverged loss): it is shown as a gap. */
export interface Point {
  /** The training step, from 1. */
  readonly step: number;
  /** A value that is not finite is a gap in the curve. */
  readonly value: number;
}

/** A named curve; its steps never decrease. */
export interface Series {
  /** What the legend says. */
  readonly name: string;
  /** In order of their steps. */
  readonly points: readonly Point[];
}

/**
 * The curves of one training run, one series per split. The names `train`, `validation` and `test` get their
 * customary look; only `train` is smoothed.
 */
export interface Run {
  /** What tells the run apart in a chart of several. */
  readonly name: string;
  /** Mean cross-entropy in nats. */
  readonly loss: readonly Series[];
  /** Fraction of correct predictions, 0 to 1. */
  readonly accuracy: readonly Series[];
}

/** Throws a {@link PlotError} when steps are not finite or go backwards, or a value is not a number. */
export function validateSeries(series: Series, where: string): void {
  let previous = Number.NEGATIVE_INFINITY;
  for (const { step, value } of series.points) {
    if (typeof step !== 'number' || !Number.isFinite(step)) {
      throw new PlotError(`${where} has a point at step ${String(step)}: steps must be finite numbers`);
    }
    if (step < previous) {
      throw new PlotError(`${where} goes from step ${previous} back to ${step}: sort its points by step`);
    }
    if (typeof value !== 'number') {
      throw new PlotError(
        `${where} has the value ${String(value)} at step ${step}: values must be numbers (NaN is a gap)`,
      );
    }
    previous = step;
  }
}

/** Whether at least one point can be drawn. */
export function hasFiniteValue(series: Series): boolean {
  return series.points.some(({ value }) => Number.isFinite(value));
}
