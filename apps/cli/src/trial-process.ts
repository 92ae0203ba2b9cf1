import type { RunEvent } from '@cifarlab/experiment';
import { watchStream } from '@cifarlab/internals/watch-stream';
import { experimentRunner } from '@cifarlab/sweep';
import { serveTrial } from '@cifarlab/sweep/processes';
import { closeDebugger } from './process/close-debugger.js';
import { printFailure } from './terminal/io.js';
import { createProgressView } from './terminal/progress.js';
import { runPrinter } from './terminal/run-printer.js';
import { reportWords } from './words/report-words.js';

// One trial of a sweep, in a process of its own. What is printed goes to the trial's log.
closeDebugger();
// A log that cannot be written, on a full disk say, does not end the trial.
watchStream(process.stderr);
const view = createProgressView(process.stderr);
const print = runPrinter(view);
const onEvent = (event: RunEvent) => {
  if (event.type === 'stop' && event.reason === 'aborted') view.note(event.message);
  return print(event);
};
// The reason is in the log.
const failureOf = (error: unknown) => ({ exitCode: printFailure(process, error), signal: null, lastLines: [] });
try {
  await serveTrial((trial) => experimentRunner({ ...trial, words: reportWords, onEvent, failureOf }));
} catch (error) {
  process.exitCode = printFailure(process, error);
}
