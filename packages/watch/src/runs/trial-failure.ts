import { readJson } from '@cifarlab/experiment/records';

/** Most bytes of the record of a trial. */
const MOST_BYTES = 2 ** 20;

/** Returns the file in which a sweep records how far the trial of a run came, beside the run's folder. */
export function trialRecord(run: string): string {
  return `${run}.json`;
}

/**
 * Reads why a run failed as a trial of a sweep.
 *
 * @returns how its process ended and what it said last; undefined where there is no record, or none of a failure.
 */
export async function readTrialFailure(run: string): Promise<string | undefined> {
  const record = await readJson(trialRecord(run), { remedy: '', mostBytes: MOST_BYTES }).catch(() => undefined);
  const { format, status, failure } = (record ?? {}) as Record<string, unknown>;
  if (format !== 'cifarlab-trial' || status !== 'failed') return undefined;
  const { exitCode, signal, lastLines } = (failure ?? {}) as Record<string, unknown>;
  const said = Array.isArray(lastLines) ? String(lastLines.at(-1) ?? '') : '';
  const how = signal ? `signal ${signal}` : `exit code ${exitCode}`;
  const hasProcess = Boolean(signal) || typeof exitCode === 'number';
  return `The trial failed${hasProcess ? ` (${how})` : ''}${said === '' ? '.' : `: ${said}`}`;
}
