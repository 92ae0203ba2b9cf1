import { assertNonNegative } from '@cifarlab/internals/checks';
import { BatchTotals } from './batch-totals.js';
import { EarlyStopping } from './early-stopping.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { EventLoopTurns } from './event-loop.js';
import type { CheckpointEvent, Split, StopEvent, TrainEvent } from './events.js';
import type { Awaitable, BatchSums } from './learner.js';
import { isBetter } from './metric.js';
import { type CheckedOptions, checkOptions, type TrainOptions } from './options.js';
import type { Best, TrainingState } from './state.js';
import { Stopwatch } from './stopwatch.js';

/**
 * Trains, and tells what happens as it happens.
 *
 * The order of events: `start`; for every step `train`, then where due one `eval` per split (validation first), `best`
 * and `checkpoint`; at the end `stop`. Nothing runs between two events: the generator waits until the next one is
 * requested, and leaving the loop ends the run. A learner that `runsAhead` is the exception: where nothing else is due, the step
 * after the one that an event is about is under way already, and ends before the run does.
 *
 * - Evaluation is due after step 1, after every `evalFreq` steps and after the last. When the signal is aborted during
 *   an evaluation, that evaluation is dropped as a whole, and done first on resuming.
 * - A checkpoint is offered after step 1, so that a run can be resumed from early on, after every `checkpointFreq`
 *   steps, when `checkpointSeconds` have passed, and at the end. Checkpoints do not change other events or numbers.
 * - The best step is chosen on the validation split only.
 * - A run resumed from a captured state gives the events, numbers and states of a run that never stopped, bit for bit,
 *   provided that the learner and the data source restore theirs. (A run that had reached its `maxSteps` was evaluated
 *   there; with a larger `maxSteps` it continues from that point, with one evaluation more.)
 * - A loss that is not finite stops the run before its event, and no checkpoint is offered for it: the state saved
 *   before stays the latest.
 * - Errors of the learner, the data source or the schedule are thrown unchanged.
 *
 * @throws RangeError for invalid options.
 */
export async function* train<Batch>(options: TrainOptions<Batch>): AsyncGenerator<TrainEvent, void, undefined> {
  const checked = checkOptions(options);
  const { learner, data, sources, maxSteps, evalFreq, checkpointFreq, checkpointSeconds } = checked;
  const { schedule, bestMetric, signal, resumeFrom } = checked;
  let step = resumeFrom?.step ?? 0;
  let { evaluated, best } = resumeFrom?.loop ?? { evaluated: 0, best: null };
  const earlyStopping = options.earlyStopping
    ? new EarlyStopping(options.earlyStopping, resumeFrom?.loop.earlyStopping ?? null)
    : undefined;

  if (resumeFrom !== undefined) {
    await learner.loadState(resumeFrom.learner);
    await data.loadState(resumeFrom.data);
  }
  yield { type: 'start', step, maxSteps, evalFreq, splits: sources.map(([split]) => split) };

  const turns = new EventLoopTurns();
  const sinceCheckpoint = new Stopwatch();
  let unsaved = false;
  /** The step after the current one, if it is under way already. */
  let ahead: BegunStep | undefined;
  const begin = async (next: number): Promise<BegunStep> => {
    const learningRate = schedule(next);
    assertNonNegative(`The learning rate of step ${next}`, learningRate);
    const sums = learner.trainStep(await data.next(next), { step: next, learningRate });
    // It may end before it is waited for, or after this run has.
    if (sums instanceof Promise) sums.catch(() => {});
    return { step: next, learningRate, sums };
  };
  const isDueAfter = (done: number, frequency: number) => done === 1 || done % frequency === 0 || done === maxSteps;
  const mayRunAhead = (done: number) =>
    learner.runsAhead === true &&
    !(isDueAfter(done, evalFreq) || isDueAfter(done, checkpointFreq)) &&
    sinceCheckpoint.seconds() < checkpointSeconds &&
    signal?.aborted !== true;
  try {
    while (true) {
      let isBest = false;
      let evaluationDue = evaluated < step && isDueAfter(step, evalFreq);
      if (evaluationDue) {
        const results = await evaluateAll(checked);
        if (results !== undefined) {
          const bad = results.find(([, { loss }]) => !Number.isFinite(loss));
          if (bad !== undefined) {
            yield stopAtLoss(`${bad[0]} loss`, bad[1].loss, step);
            return;
          }
          evaluationDue = false;
          evaluated = step;
          unsaved = true;
          for (const [split, { loss, accuracy, count }] of results) {
            yield { type: 'eval', split, step, loss, accuracy, count };
          }
          const validation = results.find(([split]) => split === 'validation')?.[1];
          if (validation !== undefined) {
            earlyStopping?.update(step, validation);
            const value = validation[bestMetric];
            if (best === null || isBetter(bestMetric, value, best.value)) {
              const previous: Best | null = best;
              best = { metric: bestMetric, value, step };
              isBest = true;
              yield { type: 'best', ...best, previous };
            }
          }
        }
      }

      // A step that is under way ends first: the state is between two steps until then.
      const isBetween = ahead !== undefined;
      const stop = isBetween ? undefined : whyStop(step, maxSteps, evaluationDue, earlyStopping, signal);
      const isDue =
        !isBetween && (step === 1 || step % checkpointFreq === 0 || sinceCheckpoint.seconds() >= checkpointSeconds);
      const last = unsaved && (stop !== undefined || isDue);
      if (last || isBest) {
        const loop = { evaluated, best, earlyStopping: earlyStopping?.state ?? null };
        const offer = offerCheckpoint({ step, last, best: isBest }, async () => ({
          step,
          loop: structuredClone(loop),
          learner: await learner.saveState(),
          data: await data.saveState(),
          callbacks: {},
        }));
        try {
          yield offer.event;
        } finally {
          offer.close();
        }
        if (last) {
          unsaved = false;
          sinceCheckpoint.restart();
        }
      }
      if (stop !== undefined) {
        yield stop;
        return;
      }

      const begun: BegunStep = ahead ?? (await begin(step + 1));
      ahead = mayRunAhead(begun.step) ? await begin(begun.step + 1) : undefined;
      const totals = new BatchTotals();
      totals.add(await begun.sums, 'trainStep');
      await turns.offer();
      const { loss, accuracy, count } = totals;
      if (!Number.isFinite(loss)) {
        yield stopAtLoss('training loss', loss, begun.step);
        return;
      }
      step = begun.step;
      unsaved = true;
      yield { type: 'train', step, loss, accuracy, count, learningRate: begun.learningRate };
    }
  } finally {
    await settled(ahead);
  }
}

/** A training step under way. */
interface BegunStep {
  step: number;
  learningRate: number;
  sums: Awaitable<BatchSums>;
}

/** Waits for a step, whatever comes of it. */
async function settled(begun: BegunStep | undefined): Promise<void> {
  try {
    await begun?.sums;
  } catch {
    // The run has ended, for another reason.
  }
}

/** Returns every split's result, or `undefined` when the signal was aborted before all were there. */
async function evaluateAll<Batch>(options: CheckedOptions<Batch>): Promise<[Split, Evaluation][] | undefined> {
  const { learner, sources, signal } = options;
  const results: [Split, Evaluation][] = [];
  try {
    for (const [split, source] of sources) results.push([split, await evaluate(learner, source, { signal })]);
    signal?.throwIfAborted();
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return undefined;
    throw error;
  }
  return results;
}

function whyStop(
  step: number,
  maxSteps: number,
  evaluationDue: boolean,
  earlyStopping: EarlyStopping | undefined,
  signal: AbortSignal | undefined,
): StopEvent | undefined {
  if (step === maxSteps && !evaluationDue) {
    return { type: 'stop', reason: 'max-steps', step, message: `Reached the last step, ${step}.` };
  }
  if (earlyStopping?.exhausted) {
    return { type: 'stop', reason: 'early-stopping', step, message: earlyStopping.explain() };
  }
  if (signal?.aborted) {
    return { type: 'stop', reason: 'aborted', step, message: `Stopped on request after step ${step}.` };
  }
  return undefined;
}

function stopAtLoss(what: string, loss: number, step: number): StopEvent {
  const message = `The ${what} is ${loss} at step ${step}, and training cannot go on from there: try a lower learning rate, or another initialisation or scale of the inputs.`;
  return { type: 'stop', reason: 'non-finite-loss', step, message };
}

/** Returns a checkpoint event whose state can be captured only while the run is at rest. */
function offerCheckpoint(
  moment: { step: number; last: boolean; best: boolean },
  collect: () => Promise<TrainingState>,
): { event: CheckpointEvent; close(): void } {
  let open = true;
  let state: Promise<TrainingState> | undefined;
  const capture = async () => {
    if (!open) {
      throw new Error(
        `The state of step ${moment.step} is gone: await capture() before asking for the event after the checkpoint.`,
      );
    }
    state ??= collect();
    return state;
  };
  return {
    event: { type: 'checkpoint', ...moment, capture },
    close() {
      open = false;
    },
  };
}
