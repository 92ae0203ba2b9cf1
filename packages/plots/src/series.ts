/** One measurement. `value` may be non-finite (a diverged loss): it is shown as a gap. */
export interface Point {
  /** The training step, from 1. */
  readonly step: number;
  /** A value that is not finite is a gap in the curve. */
  readonly value: number;
}

/** A named curve; its steps never decrease. */
export interface Series {
  /** Name in the legend. */
  readonly name: string;
  /** Points in the order of their steps. */
  readonly points: readonly Point[];
}

/**
 * The curves of one training run, one series per split. The names `train`, `validation` and `test` get their
 * customary look; only `train` is smoothed.
 */
export interface Run {
  /** Name that tells the run apart in a chart of several. */
  readonly name: string;
  /** Mean cross-entropy in nats. */
  readonly loss: readonly Series[];
  /** Fraction of correct predictions, 0 to 1. */
  readonly accuracy: readonly Series[];
}
