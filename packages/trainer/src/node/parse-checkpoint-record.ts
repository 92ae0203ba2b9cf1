import type { JsonObject } from '../state.js';
import { ARRAYS_FILE, type CheckpointRecord, FORMAT, STATE_FILE, VERSION } from './checkpoint.js';
import { CheckpointError } from './checkpoint-error.js';
import { decodeJsonText } from './decode-json-text.js';
import { show } from './show.js';

/** A value that breaks a rule. */
class RuleError extends Error {}

/**
 * Reads the content of a `state.json`, trusting none of it.
 *
 * @throws CheckpointError `corrupt`, naming the key, its value and the rule; or `newer-version`.
 */
export function parseCheckpointRecord(content: Uint8Array, folder: string): CheckpointRecord {
  const fail = (what: string, cause: unknown): never => {
    throw new CheckpointError(
      'corrupt',
      folder,
      `The checkpoint ${folder} is damaged: ${STATE_FILE} ${what}. Use another checkpoint, or train again.`,
      { cause },
    );
  };
  let record: unknown;
  try {
    record = JSON.parse(decodeJsonText(content));
  } catch (error) {
    return fail(`is not valid JSON (${(error as Error).message})`, error);
  }
  const version = isObject(record) && record.format === FORMAT ? record.version : undefined;
  if (Number.isSafeInteger(version) && (version as number) > VERSION) {
    throw new CheckpointError(
      'newer-version',
      folder,
      `The checkpoint ${folder} has version ${version} of the format, and this program reads version ${VERSION}: update the program.`,
    );
  }
  try {
    checkRecord(record);
  } catch (error) {
    if (error instanceof RuleError) return fail(error.message, error);
    throw error;
  }
  return record as unknown as CheckpointRecord;
}

function checkRecord(record: unknown): void {
  const { format, version, files, values, training } = object(record, 'as a whole');
  check(format === FORMAT, '"format"', format, JSON.stringify(FORMAT));
  check(version === VERSION, '"version"', version, String(VERSION));
  object(values, '"values"');
  const named = object(files, '"files"');
  checkFile(named.model, 'model');
  if (training === undefined) return;
  checkFile(named.training, 'training');
  checkTraining(training);
}

function checkFile(value: unknown, kind: 'model' | 'training'): void {
  const path = `"files.${kind}`;
  const { name, bytes, sha256 } = object(value, `${path}"`);
  // Also keeps the name from reaching outside the folder.
  const isName = typeof name === 'string' && ARRAYS_FILE.test(name) && name.startsWith(kind);
  check(isName, `${path}.name"`, name, `a name such as ${kind}-0123456789ab.safetensors`);
  count(bytes, `${path}.bytes"`);
  const isDigest = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  check(isDigest, `${path}.sha256"`, sha256, '64 hexadecimal digits');
}

function checkTraining(value: unknown): void {
  const { step, loop, learner, data, callbacks } = object(value, '"training"');
  count(step, '"training.step"');
  checkLoop(loop, '"training.loop');
  checkState(learner, '"training.learner');
  checkState(data, '"training.data');
  for (const [name, state] of Object.entries(object(callbacks, '"training.callbacks"'))) {
    checkState(state, `"training.callbacks.${show(name).slice(1, -1)}`);
  }
}

function checkLoop(value: unknown, path: string): void {
  const { evaluated, best, earlyStopping } = object(value, `${path}"`);
  count(evaluated, `${path}.evaluated"`);
  if (best !== null) {
    metric(object(best, `${path}.best"`).metric, `${path}.best.metric"`);
    checkPoint(best, `${path}.best`);
  }
  if (earlyStopping === null) return;
  const watched = object(earlyStopping, `${path}.earlyStopping"`);
  metric(watched.metric, `${path}.earlyStopping.metric"`);
  count(watched.waited, `${path}.earlyStopping.waited"`);
  if (watched.best !== null) checkPoint(watched.best, `${path}.earlyStopping.best`);
}

function checkPoint(value: unknown, path: string): void {
  const point = object(value, `${path}"`);
  count(point.step, `${path}.step"`);
  check(Number.isFinite(point.value), `${path}.value"`, point.value, 'a number');
}

function checkState(value: unknown, path: string): void {
  const { arrays, values } = object(value, `${path}"`);
  object(values, `${path}.values"`);
  for (const [key, reference] of Object.entries(object(arrays, `${path}.arrays"`))) {
    const place = `${path}.arrays.${show(key).slice(1, -1)}`;
    const { file, name } = object(reference, `${place}"`);
    check(file === 'model' || file === 'training', `${place}.file"`, file, '"model" or "training"');
    check(typeof name === 'string', `${place}.name"`, name, 'a text');
  }
}

function metric(value: unknown, path: string): void {
  check(value === 'loss' || value === 'accuracy', path, value, '"loss" or "accuracy"');
}

function count(value: unknown, path: string): void {
  check(Number.isSafeInteger(value) && (value as number) >= 0, path, value, 'a whole number of 0 or more');
}

function object(value: unknown, path: string): JsonObject {
  check(isObject(value), path, value, 'an object');
  return value as JsonObject;
}

function check(holds: boolean, path: string, value: unknown, rule: string): void {
  if (!holds) throw new RuleError(`${path} must be ${rule}, and is ${show(value)}`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
