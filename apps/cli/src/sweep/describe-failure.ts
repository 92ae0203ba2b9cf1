import type { TrialFailure } from './trial-runner.js';

/** How a trial's process ended and the last that it said, in one line. */
export function describeFailure({ exitCode, signal, lastLines }: TrialFailure): string {
  const how = exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`;
  return `(${how}) ${lastLines.at(-1) ?? ''}`.trimEnd();
}
