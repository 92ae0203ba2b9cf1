import { formatDuration, formatPercent } from '@cifarlab/experiment';
import { printable } from '@cifarlab/internals/printable';
import type { Progress } from '@cifarlab/trainer';
import type { TextStream } from './io.js';
import { LiveLines } from './live-lines.js';
import { canRedraw } from './size.js';

/** Progress of a training after one step. */
export type StepProgress = Omit<Progress, 'learningRate'>;

/** View of the progress: steps come often, notes stay on the screen. */
export interface ProgressView {
  step(progress: StepProgress): void;
  note(line: string): void;
  done(): void;
}

const plainInterval = 10_000;

/**
 * Makes a view: on a terminal one line that is redrawn, elsewhere plain lines, at most one every ten seconds.
 *
 * @param now milliseconds, for the intervals.
 */
export function createProgressView(stream: TextStream, now: () => number = Date.now): ProgressView {
  return canRedraw(stream) ? terminalView(new LiveLines(stream, now)) : plainView(stream, now);
}

function terminalView(live: LiveLines): ProgressView {
  return {
    step(progress) {
      if (live.isDue || progress.step >= progress.maxSteps) live.draw([stepLine(progress)]);
    },
    note: (line) => live.keep(line),
    done: () => live.clear(),
  };
}

function plainView(stream: TextStream, now: () => number): ProgressView {
  let printedAt = now();
  const note = (line: string) => {
    printedAt = now();
    stream.write(`${printable(line)}\n`);
  };
  return {
    step(progress) {
      if (now() - printedAt >= plainInterval) note(stepLine(progress));
    },
    note,
    done() {},
  };
}

function stepLine({ step, maxSteps, loss, accuracy, stepsPerSecond, secondsLeft }: StepProgress): string {
  const speed = stepsPerSecond >= 10 ? stepsPerSecond.toFixed(0) : stepsPerSecond.toFixed(1);
  const left = Number.isFinite(secondsLeft) ? `  ${formatDuration(secondsLeft)} left` : '';
  return `step ${step}/${maxSteps}  loss ${loss.toFixed(4)}  accuracy ${formatPercent(accuracy)}  ${speed} steps/s${left}`;
}
