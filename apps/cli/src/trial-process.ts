import { watchStream } from '@cifarlab/internals/watch-stream';
import { commandLineRunner, serveTrial } from '@cifarlab/sweep/processes';
import { main } from './main.js';
import { closeDebugger } from './process/close-debugger.js';
import { printError } from './terminal/io.js';
import { exitCodes } from './words/errors.js';

// One trial of a sweep, in a process of its own.
closeDebugger();
const { stderr } = process;
// A log that cannot be written, on a full disk say, does not end the trial.
watchStream(stderr);
try {
  await serveTrial((surroundings) =>
    commandLineRunner(
      (argv, { print, onTraining }) => main(argv, { stdout: { write: print }, stderr, onTraining }),
      surroundings,
    ),
  );
} catch (error) {
  printError(process, error);
  process.exitCode = exitCodes.failed;
}
