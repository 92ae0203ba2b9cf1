import { BatchTotals } from './batch-totals.js';
import { EventLoopTurns } from './event-loop.js';
import type { EvalSource, Learner } from './learner.js';

/** A split's result. */
export interface Evaluation {
  /** Examples in the split. */
  count: number;
  /** Mean loss per example. */
  loss: number;
  /** Part of the examples classified correctly, 0 to 1. */
  accuracy: number;
}

/**
 * Evaluates one pass over a split, every example once.
 *
 * @param learner gives the sums of each batch.
 * @param source the split's batches, of any sizes.
 * @param options how it can be stopped.
 * @param options.signal stops between two batches.
 * @throws the signal's reason when it is aborted; RangeError when the source gives no batch.
 */
export async function evaluate<Batch>(
  learner: Pick<Learner<Batch>, 'evalStep'>,
  source: EvalSource<Batch>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Evaluation> {
  const totals = new BatchTotals();
  const turns = new EventLoopTurns();
  signal?.throwIfAborted();
  for await (const batch of source()) {
    totals.add(await learner.evalStep(batch), 'evalStep');
    await turns.offer();
    signal?.throwIfAborted();
  }
  if (totals.count === 0) {
    throw new RangeError('The source gave no batch to evaluate: give a split with examples, or leave it out.');
  }
  return { count: totals.count, loss: totals.loss, accuracy: totals.accuracy };
}
