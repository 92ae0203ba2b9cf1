import { formatDuration, formatPercent } from '@cifarlab/experiment';
import {
  describeFailure,
  type FinishedTrial,
  type SweepEvent,
  type Trial,
  type TrialEvent,
  type TrialProgress,
} from '@cifarlab/sweep';
import type { TextStream } from '../io.js';
import { printable } from '../printable.js';
import { canRedraw, terminalSize } from '../terminal.js';

/** How a sweep is shown: what has happened stays, what is going on is redrawn where the stream can do that. */
export interface SweepView {
  /** Trained by an earlier sweep. */
  kept(finished: FinishedTrial): void;
  started(trial: Trial, how: { resumed: boolean }): void;
  progress(trial: Trial, progress: TrialProgress): void;
  ended(finished: FinishedTrial): void;
  note(line: string): void;
  done(): void;
}

const terminalInterval = 100;
const plainInterval = 60_000;

/**
 * On a terminal finished trials stay on the screen, with a table of the running ones below them; elsewhere plain lines,
 * at most one a minute of a running trial.
 *
 * @param total trials of the sweep.
 * @param now milliseconds, for the intervals.
 */
export function createSweepView(stream: TextStream, total: number, now: () => number = Date.now): SweepView {
  return canRedraw(stream) ? terminalView(stream, total, now) : plainView(stream, total, now);
}

/** Whether an event is about a trial that runs or has run. */
export function isTrialEvent(event: SweepEvent): event is TrialEvent {
  return ['kept', 'started', 'progress', 'ended'].includes(event.type);
}

/** Shows what is told while trials run. */
export function showTrial(event: TrialEvent, view: SweepView): void {
  const { trial } = event;
  if (event.type === 'kept') view.kept(event);
  if (event.type === 'started') view.started(trial, event);
  if (event.type === 'progress') view.progress(trial, event.progress);
  if (event.type === 'ended') view.ended(event);
}

function plainView(stream: TextStream, total: number, now: () => number): SweepView {
  const write = (line: string) => stream.write(`${printable(line)}\n`);
  const printedAt = new Map<Trial, number>();
  let finished = 0;
  const end = (how: 'kept' | 'ended', { trial, record }: FinishedTrial) => {
    if (record.status !== 'interrupted') finished += 1;
    write(`${finished}/${total}  ${endLine(how, { trial, record })}`);
  };
  return {
    kept: (trial) => end('kept', trial),
    started(trial, { resumed }) {
      printedAt.set(trial, now());
      write(`${resumed ? 'goes on' : 'started'}  ${trialName(trial)}`);
    },
    progress(trial, progress) {
      if (now() - printedAt.get(trial)! < plainInterval) return;
      printedAt.set(trial, now());
      write(`running  ${trialName(trial)}  ${progressText(progress)}`);
    },
    ended: (trial) => end('ended', trial),
    note: write,
    done() {},
  };
}

function terminalView(stream: TextStream, total: number, now: () => number): SweepView {
  const running = new Map<Trial, TrialProgress | undefined>();
  const counts = { done: 0, failed: 0 };
  let drawnLines = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;

  const clear = () => {
    if (drawnLines > 0) stream.write(`\u001b[${drawnLines}A\u001b[0J`);
    drawnLines = 0;
  };
  const draw = () => {
    drawnAt = now();
    // Lines that wrap or leave the screen could not be redrawn in place.
    const { columns, rows: lineCount } = terminalSize(stream);
    const width = Math.max(1, columns - 1);
    const height = Math.max(1, lineCount - 2);
    const waiting = total - counts.done - counts.failed - running.size;
    const heading = `${counts.done} of ${total} done, ${counts.failed} failed, ${running.size} running, ${waiting} waiting`;
    const rows = [...running].map(
      ([trial, progress]) => `  ${progress ? progressText(progress) : 'starting'}  ${trialName(trial)}`,
    );
    const lines = [heading, ...rows].slice(0, height).map((line) => printable(line).slice(0, width));
    clear();
    stream.write(lines.map((line) => `${line}\n`).join(''));
    drawnLines = lines.length;
  };
  const keep = (line: string) => {
    clear();
    stream.write(`${printable(line)}\n`);
    draw();
  };
  const end = (how: 'kept' | 'ended', finished: FinishedTrial) => {
    const { trial, record } = finished;
    running.delete(trial);
    if (record.status === 'done') counts.done += 1;
    if (record.status === 'failed') counts.failed += 1;
    keep(endLine(how, finished));
  };
  return {
    kept: (finished) => end('kept', finished),
    started(trial) {
      running.set(trial, undefined);
      draw();
    },
    progress(trial, progress) {
      running.set(trial, progress);
      if (now() - drawnAt >= terminalInterval) draw();
    },
    ended: (finished) => end('ended', finished),
    note: keep,
    done: clear,
  };
}

function trialName({ configuration, seed }: Trial): string {
  return `${configuration.name}, seed ${seed}`;
}

function progressText({ step, maxSteps, accuracy, secondsLeft }: TrialProgress): string {
  const parts = [`step ${step}/${maxSteps}`];
  if (accuracy !== null) parts.push(`validation ${formatPercent(accuracy)}`);
  if (secondsLeft !== null) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join('  ');
}

function endLine(how: 'kept' | 'ended', { trial, record }: FinishedTrial): string {
  const { status, result, failure, seconds } = record;
  const name = trialName(trial);
  if (status === 'failed') {
    return `failed   ${name}  ${describeFailure(failure!)}`;
  }
  if (status === 'interrupted') return `stopped  ${name}`;
  const best = result?.best;
  const accuracy = best ? `validation accuracy ${best.accuracy.toFixed(4)} at step ${best.step}  ` : '';
  return `${how === 'kept' ? 'kept  ' : 'done  '}   ${name}  ${accuracy}${formatDuration(seconds)}`;
}
