import type { Observer } from './callback.js';
import type { StartEvent, TrainEvent } from './events.js';
import type { Awaitable } from './learner.js';

/** Progress of a run, and its speed. */
export interface Progress {
  /** Training steps done. */
  step: number;
  /** The last step. */
  maxSteps: number;
  /** Mean loss of the last batch. */
  loss: number;
  /** Part of the last batch classified correctly, 0 to 1. */
  accuracy: number;
  /** Learning rate of the last step. */
  learningRate: number;
  /** Training steps per second over the last steps, evaluations not counted. */
  stepsPerSecond: number;
  /** Seconds until the last step, its evaluations included, as far as can be told. */
  secondsLeft: number;
}

/** Speeds are averaged over this many steps. */
const WINDOW = 50;

/** Turns the events of a run into {@link Progress}. */
export class ProgressMeter {
  readonly #now: () => number;
  #start: StartEvent | undefined;
  #lastEventAt = 0;
  #evaluationStart = 0;
  /** Milliseconds of the last steps. */
  #steps: number[] = [];
  /** Milliseconds of the last evaluation, all splits together. */
  #evaluation = 0;

  /** @param now a clock in milliseconds. Default `performance.now`. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns the progress after a `train` event, otherwise `undefined`. */
  update(event: TrainEvent): Progress | undefined {
    const now = this.#now();
    const sinceLast = now - this.#lastEventAt;
    this.#lastEventAt = now;
    if (event.type === 'start') this.#start = event;
    if (event.type === 'eval') this.#evaluation = now - this.#evaluationStart;
    if (event.type !== 'train') return undefined;

    this.#evaluationStart = now;
    this.#steps.push(sinceLast);
    if (this.#steps.length > WINDOW) this.#steps.shift();
    const { step, loss, accuracy, learningRate } = event;
    const { maxSteps, evalFreq } = this.#start!;
    const perStep = this.#steps.reduce((sum, ms) => sum + ms, 0) / this.#steps.length;
    const evaluations = this.#evaluation === 0 ? 0 : evaluationsLeft(step, maxSteps, evalFreq);
    return {
      step,
      maxSteps,
      loss,
      accuracy,
      learningRate,
      stepsPerSecond: 1000 / perStep,
      secondsLeft: ((maxSteps - step) * perStep + evaluations * this.#evaluation) / 1000,
    };
  }
}

/** Calls `report` after every training step. */
export function progress(report: (progress: Progress) => Awaitable<void>, now?: () => number): Observer {
  const meter = new ProgressMeter(now);
  return async (event) => {
    const current = meter.update(event);
    if (current !== undefined) await report(current);
  };
}

/** Evaluations from the given step on, its own included. */
function evaluationsLeft(step: number, maxSteps: number, evalFreq: number): number {
  const multiples = Math.floor(maxSteps / evalFreq) - Math.floor((step - 1) / evalFreq);
  return multiples + (maxSteps % evalFreq === 0 ? 0 : 1);
}
