import { formatDuration, formatPercent } from '@cifarlab/internals/format';
import type { Metric, RunState, RunSummary, Score } from '../protocol.js';

/** Words for the state of a run. */
export const stateWords: Record<RunState, string> = {
  unread: 'being read',
  training: 'training',
  finished: 'finished',
  interrupted: 'interrupted',
  diverged: 'diverged',
  failed: 'failed',
  stopped: 'stopped before its end',
  unknown: 'not known',
};

/** Formats a loss. */
export function lossText(loss: number | undefined): string {
  if (loss === undefined) return '–';
  return Math.abs(loss) >= 1e4 ? loss.toExponential(2) : loss.toFixed(4);
}

/** Formats an accuracy. */
export function accuracyText(accuracy: number | undefined): string {
  return accuracy === undefined ? '–' : formatPercent(accuracy);
}

/** Formats a measured value. */
export function metricText(metric: Metric, value: number | undefined): string {
  return metric === 'loss' ? lossText(value) : accuracyText(value);
}

/** Formats a speed. */
export function speedText(stepsPerSecond: number | null): string {
  if (stepsPerSecond === null) return '–';
  if (stepsPerSecond >= 1) return `${Number(stepsPerSecond.toPrecision(3))} steps/s`;
  return `${formatDuration(1 / stepsPerSecond)} a step`;
}

/** Formats the time that is left. */
export function timeLeftText({ secondsLeft }: RunSummary): string {
  return secondsLeft === null ? '–' : formatDuration(secondsLeft);
}

/** Formats how far a run is. */
export function stepText({ step, maxSteps }: RunSummary): string {
  return maxSteps === null ? count(step) : `${count(step)} of ${count(maxSteps)}`;
}

/** Formats loss and accuracy at a step. */
export function scoreText({ step, loss, accuracy }: Score): string {
  return `${accuracyText(accuracy)}, loss ${lossText(loss)}, at step ${count(step)}`;
}

/** Formats a whole number with its thousands apart: `100 000`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** Shortens a setting that is a long number: four digits tell it from its neighbours. */
export function shortSetting(text: string): string {
  const isLong = text.length > 8 && /^-?\d*(\.\d+)?(e[+-]?\d+)?$/.test(text) && !/^-?\d+$/.test(text);
  return isLong ? String(Number(Number(text).toPrecision(4))) : text;
}

/** Returns the meaning of a run's state in a sentence; undefined where it is plain. */
export function stateNote({ state, step, divergedAt, fault }: RunSummary): string | undefined {
  if (fault !== null) return fault;
  if (state === 'diverged') return `The loss was not a finite number at step ${count(divergedAt ?? step)}.`;
  if (state === 'stopped') return 'No process trains it, and it left no result: it was killed, or its machine was.';
  if (state === 'unknown') return 'A process of another machine holds its folder, and may have ended.';
  if (state === 'interrupted') return 'It was interrupted, and can be resumed.';
  return undefined;
}
