import type { JsonObject } from '../state.js';
import { ARRAYS_FILE, type CheckpointRecord, FORMAT, STATE_FILE, VERSION } from './checkpoint.js';
import { CheckpointError } from './checkpoint-error.js';

/**
 * Reads the text of a `state.json`, trusting none of it.
 *
 * @throws CheckpointError `corrupt` or `newer-version`.
 */
export function parseCheckpointRecord(text: string, folder: string): CheckpointRecord {
  const fail = (what: string, cause?: unknown): never => {
    throw new CheckpointError(
      'corrupt',
      folder,
      `The checkpoint ${folder} is damaged: ${STATE_FILE} ${what}. Use another checkpoint, or train again.`,
      { cause },
    );
  };
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    return fail(`is no valid JSON (${(error as Error).message})`, error);
  }
  if (!isObject(record) || record.format !== FORMAT) return fail(`does not have the format "${FORMAT}"`);
  if (Number.isSafeInteger(record.version) && (record.version as number) > VERSION) {
    throw new CheckpointError(
      'newer-version',
      folder,
      `The checkpoint ${folder} has version ${record.version} of the format, and this program reads version ${VERSION}: update the program.`,
    );
  }
  if (record.version !== VERSION) return fail(`has the version ${JSON.stringify(record.version)}, not ${VERSION}`);

  const { files, values, training } = record;
  if (!isObject(values)) return fail('has no values');
  if (!isObject(files) || !isFileRecord(files.model, 'model')) return fail('does not name its model file');
  if (training !== undefined) {
    if (!isFileRecord(files.training, 'training')) return fail('does not name its training file');
    if (!isTrainingRecord(training)) return fail('has an incomplete training state');
  }
  return record as unknown as CheckpointRecord;
}

function isFileRecord(value: unknown, kind: 'model' | 'training'): boolean {
  return (
    isObject(value) &&
    typeof value.name === 'string' &&
    // Also keeps the name from reaching outside the folder.
    ARRAYS_FILE.test(value.name) &&
    value.name.startsWith(kind) &&
    isCount(value.bytes) &&
    typeof value.sha256 === 'string'
  );
}

function isTrainingRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { step, loop, learner, data, callbacks } = value;
  return (
    isCount(step) &&
    isObject(loop) &&
    isCount(loop.evaluated) &&
    (loop.best === null || (isObject(loop.best) && isPoint(loop.best) && isMetric(loop.best.metric))) &&
    (loop.earlyStopping === null || isEarlyStopping(loop.earlyStopping)) &&
    isStateRecord(learner) &&
    isStateRecord(data) &&
    isObject(callbacks) &&
    Object.values(callbacks).every(isStateRecord)
  );
}

function isEarlyStopping(value: unknown): boolean {
  return (
    isObject(value) &&
    isMetric(value.metric) &&
    isCount(value.waited) &&
    (value.best === null || (isObject(value.best) && isPoint(value.best)))
  );
}

function isStateRecord(value: unknown): boolean {
  return (
    isObject(value) &&
    isObject(value.values) &&
    isObject(value.arrays) &&
    Object.values(value.arrays).every(
      (reference) =>
        isObject(reference) &&
        (reference.file === 'model' || reference.file === 'training') &&
        typeof reference.name === 'string',
    )
  );
}

function isPoint({ step, value }: JsonObject): boolean {
  return isCount(step) && typeof value === 'number';
}

function isMetric(value: unknown): boolean {
  return value === 'loss' || value === 'accuracy';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
