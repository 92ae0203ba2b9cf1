import * as v from 'valibot';
import { readJson } from './read-json.js';
import { count, notNegative, objectWith, parseRecord, words } from './schemas.js';

/** Record of the end of training, as `result.json` holds it. */
export interface RunResult {
  /** Reason why it ended: `max-steps`, `early-stopping`, `aborted`, … */
  stop: string;
  /** The last step. */
  step: number;
  /**
   * Seconds from the start of a session to the end of its training, summed over all sessions; null where one left no
   * record.
   */
  seconds: number | null;
}

const schema = objectWith({ stop: words, step: count, seconds: v.optional(v.nullable(notNegative), null) });

const remedy = 'correct it there, or remove the file, which the report does without';

/**
 * Reads a run's `result.json`.
 *
 * @returns undefined where the training has not ended, or left no record of how.
 * @throws RecordError when it is not JSON, or a value in it breaks its rule.
 */
export async function readRunResult(file: string): Promise<RunResult | undefined> {
  const content = await readJson(file, { remedy });
  if (content === undefined) return undefined;
  const { stop, step, seconds } = parseRecord(schema, content, { place: file, remedy });
  return { stop, step, seconds };
}
