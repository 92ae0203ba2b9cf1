import { tellRun } from '@cifarlab/experiment';
import { serveTrial } from './processes/serve-trial.js';
import { experimentRunner } from './trials/experiment-runner.js';

// One trial of a sweep, in a process of its own: of the networks of `@cifarlab/experiment`. What is printed goes to the
// trial's log.

// Node would open its debugger at this signal; it gives it up when a program listens, and does not take it back.
const nothing = () => {};
process.on('SIGUSR1', nothing).off('SIGUSR1', nothing);

const onEvent = tellRun((line) => console.log(String(line)));
serveTrial((how) => experimentRunner({ ...how, onEvent })).catch((error: unknown) => {
  console.log(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
