import type { TrainEvent, TrainingState, TrainOptions } from '../../src/index.js';
import { type Batch, CLASSES, clusters, FEATURES, inOrder, ShuffledBatches } from './clusters.js';
import { SoftmaxRegression } from './softmax-regression.js';

/** Returns the options of a small run; learner and data are fresh each time. */
export function smallRun(changes: Partial<TrainOptions<Batch>> = {}): TrainOptions<Batch> {
  return {
    learner: new SoftmaxRegression(FEATURES, CLASSES),
    data: new ShuffledBatches(clusters(23, 7), 5),
    evaluate: { validation: inOrder(clusters(16, 8), 5), test: inOrder(clusters(17, 9), 5) },
    maxSteps: 12,
    evalFreq: 4,
    learningRate: 0.1,
    ...changes,
  };
}

export async function collect(events: AsyncIterable<TrainEvent>): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Runs until the step and returns the state captured there; the checkpoint must be offered at that step. */
export async function stateAt(step: number, events: AsyncIterable<TrainEvent>): Promise<TrainingState> {
  for await (const event of events) {
    if (event.type === 'checkpoint' && event.step === step) return event.capture();
  }
  throw new Error(`No checkpoint was offered at step ${step}.`);
}

/** Returns an event in short: enough to see the order. */
export function brief(event: TrainEvent): string {
  switch (event.type) {
    case 'start':
      return `start ${event.step}`;
    case 'eval':
      return `eval ${event.step} ${event.split}`;
    case 'checkpoint':
      return `checkpoint ${event.step}${event.last ? ' last' : ''}${event.best ? ' best' : ''}`;
    case 'stop':
      return `stop ${event.step} ${event.reason}`;
    default:
      return `${event.type} ${event.step}`;
  }
}
