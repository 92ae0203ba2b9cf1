import { serveTrial } from '@cifarlab/sweep/processes';
import { closeDebugger } from './close-debugger.js';
import { exitCodes } from './errors.js';
import { printError } from './io.js';
import { commandLineRunner } from './trial-runner.js';
import { watchStream } from './watch-stream.js';

// One trial of a sweep, in a process of its own.
closeDebugger();
// A log that cannot be written, on a full disk say, does not end the trial.
watchStream(process.stderr);
try {
  await serveTrial(commandLineRunner);
} catch (error) {
  printError(process, error);
  process.exitCode = exitCodes.failed;
}
