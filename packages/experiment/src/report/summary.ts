import type { RecordedRun } from './curves.js';
import type { NetworkFindings } from './inspect-network.js';

/** An evaluation of a split. */
export interface Score {
  step: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** 0 to 1. */
  accuracy: number;
}

/** Results of a run, according to its numbers. */
export interface RunSummary {
  /** Steps done. */
  steps: number;
  /** Seconds of the training; null where the run left no record of it. */
  seconds: number | null;
  /** The last evaluation of the test images; the report's own of the last step, where the training made none. */
  test: Score | undefined;
  /** The evaluation with the best accuracy on the validation images, and that of the test images at the same step. */
  best: { validation: Score; test: Score | undefined } | undefined;
}

/**
 * Returns the final and best scores, steps and time. Without validation images there is no best: the test images never
 * choose.
 */
export function summarise(run: RecordedRun & { findings?: NetworkFindings | undefined }): RunSummary {
  const { curves, result } = run;
  const test = scores(run, 'test');
  const validation = scores(run, 'validation').reduce<Score | undefined>(
    (best, score) => (best === undefined || score.accuracy > best.accuracy ? score : best),
    undefined,
  );
  // The points of a curve are in the order of their steps.
  const steps = curves.loss.reduce((most, { points }) => Math.max(most, points.at(-1)?.step ?? 0), 0);
  return {
    steps,
    // A result of fewer steps is that of an earlier session, which this one went on from.
    seconds: result?.step === steps ? result.seconds : null,
    test: test.at(-1) ?? triedAt(steps, run.findings),
    best: validation && { validation, test: test.find(({ step }) => step === validation.step) },
  };
}

function triedAt(last: number, findings: NetworkFindings | undefined): Score | undefined {
  if (findings?.test === undefined || findings.step !== last) return undefined;
  const { loss, accuracy } = findings.test.result;
  return { step: last, loss, accuracy };
}

/** Returns the evaluations of a split, in order. */
export function scores({ curves }: RecordedRun, split: string): Score[] {
  const seriesOf = (metric: 'loss' | 'accuracy') => curves[metric].find(({ name }) => name === split)?.points ?? [];
  const losses = new Map(seriesOf('loss').map(({ step, value }) => [step, value]));
  return seriesOf('accuracy').map(({ step, value }) => ({ step, accuracy: value, loss: losses.get(step)! }));
}
