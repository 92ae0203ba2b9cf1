import { formatDuration, formatPercent } from '@cifarlab/experiment';
import type { TextStream } from './io.js';
import { printable } from './printable.js';
import { canRedraw, terminalSize } from './terminal.js';

/** Where training stands after one step. */
export interface StepProgress {
  step: number;
  maxSteps: number;
  loss: number;
  accuracy: number;
  stepsPerSecond: number;
  secondsLeft: number;
}

/** How progress is shown: steps come often, notes stay on the screen. */
export interface ProgressView {
  step(progress: StepProgress): void;
  note(line: string): void;
  done(): void;
}

const terminalInterval = 100;
const plainInterval = 10_000;

/**
 * One line that is redrawn on a terminal; plain lines, at most one every ten seconds, elsewhere.
 *
 * @param now milliseconds, for the intervals.
 */
export function createProgressView(stream: TextStream, now: () => number = Date.now): ProgressView {
  return canRedraw(stream) ? terminalView(stream, now) : plainView(stream, now);
}

function terminalView(stream: TextStream, now: () => number): ProgressView {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  const clear = () => {
    if (drawn) stream.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    step(progress) {
      if (now() - drawnAt < terminalInterval && progress.step < progress.maxSteps) return;
      drawnAt = now();
      // A line that wraps could not be redrawn in place.
      const line = stepLine(progress).slice(0, Math.max(1, terminalSize(stream).columns - 1));
      stream.write(`\r\u001b[2K${line}`);
      drawn = true;
    },
    note(line) {
      clear();
      stream.write(`${printable(line)}\n`);
    },
    done: clear,
  };
}

function plainView(stream: TextStream, now: () => number): ProgressView {
  let printedAt = now();
  return {
    step(progress) {
      if (now() - printedAt < plainInterval) return;
      printedAt = now();
      stream.write(`${stepLine(progress)}\n`);
    },
    note(line) {
      printedAt = now();
      stream.write(`${printable(line)}\n`);
    },
    done() {},
  };
}

function stepLine({ step, maxSteps, loss, accuracy, stepsPerSecond, secondsLeft }: StepProgress): string {
  const speed = stepsPerSecond >= 10 ? stepsPerSecond.toFixed(0) : stepsPerSecond.toFixed(1);
  const left = Number.isFinite(secondsLeft) ? `  ${formatDuration(secondsLeft)} left` : '';
  return `step ${step}/${maxSteps}  loss ${loss.toFixed(4)}  accuracy ${formatPercent(accuracy)}  ${speed} steps/s${left}`;
}
