import { type RunEvent, tellRun } from '@cifarlab/experiment';
import { progress } from '@cifarlab/trainer';
import { flagWords } from '../words/flag-words.js';
import type { ProgressView } from './progress.js';

/** Prints the events of a run, with its progress from step to step. */
export function runPrinter(view: ProgressView): (event: RunEvent) => Promise<void> {
  const tell = tellRun((line) => view.note(line.spelt(flagWords)));
  const showProgress = progress((step) => view.step(step));
  return async (event) => {
    tell(event);
    if (event.type === 'start' || event.type === 'train' || event.type === 'eval') await showProgress(event);
  };
}
