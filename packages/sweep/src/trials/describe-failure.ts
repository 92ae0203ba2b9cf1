import type { TrialFailure } from './trial-runner.js';

/** Says in one line how a trial's process ended, and the last that it said. */
export function describeFailure({ exitCode, signal, lastLines }: TrialFailure): string {
  const how = exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`;
  return `(${how}) ${lastLines.at(-1) ?? ''}`.trimEnd();
}
