import * as v from 'valibot';
import type { RunResult } from '../run-folder.js';
import { readJson } from './read-json.js';
import { count, notNegative, objectWith, parseRecord, words } from './schemas.js';

const schema = objectWith({ stop: words, step: count, seconds: v.optional(v.nullable(notNegative), null) });

const remedy = 'correct it there, or remove the file, which the report does without';

/**
 * A run's `result.json`.
 *
 * @returns undefined where the training has not ended, or left no record of how.
 * @throws CliError when it is not JSON, or a value in it breaks its rule.
 */
export async function readRunResult(file: string): Promise<RunResult | undefined> {
  const content = await readJson(file, { remedy });
  if (content === undefined) return undefined;
  const { stop, step, seconds } = parseRecord(schema, content, { place: file, remedy });
  return { stop, step, seconds };
}
