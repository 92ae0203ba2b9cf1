import { assertCount, assertNonNegative, assertOneOf, assertPositive } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import type { EarlyStoppingOptions } from './early-stopping.js';
import type { Split } from './events.js';
import type { BatchSource, EvalSource, Learner } from './learner.js';
import { assertMetric } from './metric.js';
import { constant } from './schedules/constant.js';
import type { Schedule } from './schedules/schedule.js';
import type { Metric, TrainingState } from './state.js';

/** Options of {@link train}. */
export interface TrainOptions<Batch> {
  /** The learner to train. */
  learner: Learner<Batch>;
  /** Source of the training batches. */
  data: BatchSource<Batch>;
  /** The splits to evaluate. Without `validation` there is no best step. */
  evaluate?: Partial<Record<Split, EvalSource<Batch>>>;
  /** The number of the last training step, 1 or more. */
  maxSteps: number;
  /** Evaluate after step 1, after every `evalFreq` steps and after the last one. */
  evalFreq: number;
  /** Offer a checkpoint each time this many steps are done, besides the first one and the end. Default `evalFreq`. */
  checkpointFreq?: number;
  /**
   * Offer a checkpoint too when a step ends this many seconds after the last one was saved, so that a run which is
   * killed loses no more than that. Off by default.
   */
  checkpointSeconds?: number;
  /** Constant, or a function of the step. */
  learningRate: number | Schedule;
  /** Validation metric that decides on the best step. Default `accuracy`. */
  bestMetric?: Metric;
  /** Stop when the validation metric no longer improves. Off by default. */
  earlyStopping?: EarlyStoppingOptions;
  /** Ends the run in good order: the current step is finished, a checkpoint offered, and the stop event given. */
  signal?: AbortSignal;
  /** State to continue from; the learner and the data source get their parts of it back. */
  resumeFrom?: TrainingState;
}

/** The options with defaults filled in. */
export interface CheckedOptions<Batch> extends TrainOptions<Batch> {
  sources: [Split, EvalSource<Batch>][];
  checkpointFreq: number;
  checkpointSeconds: number;
  schedule: Schedule;
  bestMetric: Metric;
}

const SPLITS: readonly Split[] = ['validation', 'test'];

/** @throws RangeError that names the option, its value and what it must be. */
export function checkOptions<Batch>(options: TrainOptions<Batch>): CheckedOptions<Batch> {
  const {
    evaluate = {},
    maxSteps,
    evalFreq,
    checkpointFreq = evalFreq,
    checkpointSeconds = Number.POSITIVE_INFINITY,
    learningRate,
    bestMetric = 'accuracy',
  } = options;
  assertCount('maxSteps', maxSteps);
  assertCount('evalFreq', evalFreq);
  assertCount('checkpointFreq', checkpointFreq);
  if (options.checkpointSeconds !== undefined) assertPositive('checkpointSeconds', options.checkpointSeconds);
  if (typeof learningRate !== 'function') assertNonNegative('learningRate', learningRate);
  assertMetric('bestMetric', bestMetric);
  for (const split of Object.keys(evaluate)) assertOneOf('split', split, SPLITS);
  if (options.earlyStopping !== undefined && evaluate.validation === undefined) {
    throw new RangeError('earlyStopping needs a validation split, and evaluate.validation is missing: give one.');
  }
  const resumeFrom = options.resumeFrom;
  if (resumeFrom !== undefined) checkResume(resumeFrom, maxSteps, bestMetric);
  return {
    ...options,
    sources: SPLITS.flatMap((split) => (evaluate[split] === undefined ? [] : [[split, evaluate[split]]])),
    checkpointFreq,
    checkpointSeconds,
    schedule: typeof learningRate === 'function' ? learningRate : constant(learningRate),
    bestMetric,
  };
}

function checkResume({ step, loop }: TrainingState, maxSteps: number, bestMetric: Metric): void {
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new RangeError(`resumeFrom.step must be an integer of 0 or more; got ${show(step)}.`);
  }
  if (step > maxSteps) {
    throw new RangeError(
      `The run to resume has done ${step} steps, and maxSteps is ${maxSteps}: give a maxSteps of ${step} or more.`,
    );
  }
  if (loop.best !== null && loop.best.metric !== bestMetric) {
    throw new RangeError(
      `The run to resume chose its best step by ${loop.best.metric}, and bestMetric is ${bestMetric}: resume with ${loop.best.metric}, or start a new run.`,
    );
  }
}
