import { formatPercent, type RunEvent } from '@cifarlab/experiment';
import { serveTrial } from './processes/serve-trial.js';
import { experimentRunner } from './trials/experiment-runner.js';

// One trial of a sweep, in a process of its own: of the networks of `@cifarlab/experiment`. What is printed goes to the
// trial's log.

// Node would open its debugger at this signal; it gives it up when a program listens, and does not take it back.
const nothing = () => {};
process.on('SIGUSR1', nothing).off('SIGUSR1', nothing);
// A sweep is interrupted as a whole: it tells its trials.
process.on('SIGINT', nothing);

function print(event: RunEvent): void {
  if (event.type === 'warning') console.log(`warning: ${event.message}`);
  if (event.type !== 'eval') return;
  const { step, split, loss, accuracy } = event;
  console.log(`step ${step}  ${split} loss ${loss.toFixed(4)}  ${split} accuracy ${formatPercent(accuracy)}`);
}

serveTrial((how) => experimentRunner({ ...how, onEvent: print })).catch((error: unknown) => {
  console.log(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
