import type { EvalEvent, Split, TrainStepEvent } from '../events.js';
import { show } from './show.js';

/** One line of a metrics file. */
export type MetricsLine =
  | { event: 'train'; step: number; loss: number; accuracy: number }
  | { event: 'eval'; split: Split; step: number; loss: number; accuracy: number };

/** Returns the line of an event, without its line break. Equal numbers give equal text. */
export function formatMetricsLine(event: TrainStepEvent | EvalEvent): string {
  const { step, loss, accuracy } = event;
  const line: MetricsLine =
    event.type === 'train'
      ? { event: 'train', step, loss, accuracy }
      : { event: 'eval', split: event.split, step, loss, accuracy };
  return JSON.stringify(line);
}

/**
 * Reads one line; unknown fields are ignored.
 *
 * @throws SyntaxError that says what is wrong with it.
 */
export function parseMetricsLine(text: string): MetricsLine {
  const value = JSON.parse(text);
  const { event, split, step, loss, accuracy } = value ?? {};
  if (event !== 'train' && event !== 'eval') {
    throw new SyntaxError(`"event" must be "train" or "eval", and is ${show(event)}`);
  }
  if (event === 'eval' && split !== 'validation' && split !== 'test') {
    throw new SyntaxError(`"split" must be "validation" or "test", and is ${show(split)}`);
  }
  if (!Number.isSafeInteger(step) || step < 1) {
    throw new SyntaxError(`"step" must be an integer of 1 or more, and is ${show(step)}`);
  }
  requireFinite('loss', loss);
  requireFinite('accuracy', accuracy);
  if (accuracy < 0 || accuracy > 1) throw new SyntaxError(`"accuracy" must be from 0 to 1, and is ${show(accuracy)}`);
  return event === 'train' ? { event, step, loss, accuracy } : { event, split, step, loss, accuracy };
}

function requireFinite(name: string, value: unknown): void {
  if (!Number.isFinite(value)) throw new SyntaxError(`"${name}" must be a number, and is ${show(value)}`);
}
