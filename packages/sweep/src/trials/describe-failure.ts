import type { TrialFailure } from './trial-runner.js';

/** Says in one line how a trial's process ended, if it had one, and the last that it said. */
export function describeFailure({ exitCode, signal, lastLines }: TrialFailure): string {
  const said = lastLines.at(-1) ?? '';
  if (exitCode === null && signal === null) return said;
  const how = exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`;
  return `(${how}) ${said}`.trimEnd();
}
