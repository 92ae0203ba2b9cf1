import { printable } from '@cifarlab/internals/printable';
import { finishedLine, progressLine, type Trial, type TrialEvent, trialName } from '@cifarlab/sweep';
import type { RequeuedEvent } from '@cifarlab/sweep/slurm';
import type { TextStream } from './io.js';
import { LiveLines } from './live-lines.js';
import { canRedraw } from './size.js';

/** View of a sweep: past events stay, running trials are redrawn where the stream can do that. */
export interface SweepView {
  show(event: TrialEvent | RequeuedEvent): void;
  note(line: string): void;
  done(): void;
}

const plainInterval = 60_000;

/**
 * Makes a view: on a terminal finished trials stay on the screen, with a table of the running ones below them;
 * elsewhere it prints plain lines, at most one a minute for a running trial.
 *
 * @param total trials of the sweep.
 * @param now milliseconds, for the intervals.
 */
export function createSweepView(stream: TextStream, total: number, now: () => number = Date.now): SweepView {
  return canRedraw(stream) ? terminalView(new LiveLines(stream, now), total) : plainView(stream, total, now);
}

function plainView(stream: TextStream, total: number, now: () => number): SweepView {
  const write = (line: string) => stream.write(`${printable(line)}\n`);
  const printedAt = new Map<Trial, number>();
  let finished = 0;
  const show = (event: TrialEvent | RequeuedEvent) => {
    const { type, trial } = event;
    if (type === 'kept' || type === 'ended') {
      if (event.record.status !== 'interrupted') finished += 1;
      write(`${finished}/${total}  ${finishedLine(event)}`);
      return;
    }
    if (type === 'requeued') {
      write(requeuedLine(trial));
      return;
    }
    if (type === 'progress' && now() - printedAt.get(trial)! < plainInterval) return;
    printedAt.set(trial, now());
    if (type === 'started') write(`${event.resumed ? 'goes on' : 'started'}  ${trialName(trial)}`);
    else write(`running  ${trialName(trial)}  ${progressLine(event.progress)}`);
  };
  return { show, note: write, done() {} };
}

function terminalView(live: LiveLines, total: number): SweepView {
  const running = new Map<Trial, string>();
  const counts = { done: 0, failed: 0, pruned: 0 };
  const draw = () => {
    const { done, failed, pruned } = counts;
    const waiting = total - done - failed - pruned - running.size;
    const left = pruned === 0 ? '' : `${pruned} pruned, `;
    live.draw([
      `${done} of ${total} done, ${left}${failed} failed, ${running.size} running, ${waiting} waiting`,
      ...[...running].map(([trial, state]) => `  ${state}  ${trialName(trial)}`),
    ]);
  };
  const note = (line: string) => {
    live.keep(line);
    draw();
  };
  const show = (event: TrialEvent | RequeuedEvent) => {
    const { type, trial } = event;
    if (type === 'kept' || type === 'ended') {
      running.delete(trial);
      const { status } = event.record;
      if (status === 'done' || status === 'failed' || status === 'pruned') counts[status] += 1;
      return note(finishedLine(event));
    }
    if (type === 'requeued') {
      running.delete(trial);
      return note(requeuedLine(trial));
    }
    running.set(trial, type === 'started' ? 'started' : progressLine(event.progress));
    if (type === 'started' || live.isDue) draw();
  };
  return { show, note, done: () => live.clear() };
}

function requeuedLine(trial: Trial): string {
  return `waits again  ${trialName(trial)}`;
}
