import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { encodeSafetensors, type Tensor } from '@cifarlab/safetensors';
import type { State } from '../state.js';
import { assertJson } from './assert-json.js';
import {
  ARRAYS_FILE,
  type Checkpoint,
  type CheckpointRecord,
  type FileRecord,
  FORMAT,
  STATE_FILE,
  type StateRecord,
  VERSION,
} from './checkpoint.js';
import { CheckpointError } from './checkpoint-error.js';
import { explainFsError, type FileSystem, nodeFileSystem } from './file-system.js';
import { LockLostError } from './lock-lost-error.js';
import { TEMPORARY_FILE } from './temporary-file.js';
import { writeFileAtomic } from './write-file-atomic.js';

/**
 * Saves a checkpoint into its own folder, which is made if need be. At every moment, a crash included, the folder holds
 * either the previous checkpoint or this one: array files get a name made from their content, `state.json` names them,
 * and renaming `state.json` into place is what commits. Files that are no longer named are removed afterwards.
 *
 * Arrays of `training` with the same content as one of `model` are stored once.
 *
 * @param folder used by one writer at a time.
 * @throws CheckpointError `unwritable`, after removing what was written; LockLostError where `fs` checks a lock; TypeError for values that JSON cannot hold;
 *   SafetensorsError for arrays that cannot be stored.
 */
export async function saveCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<void> {
  const { record, files } = encodeCheckpoint(checkpoint);
  const state = `${JSON.stringify(record)}\n`;

  const fresh: string[] = [];
  try {
    await fs.mkdir(folder, { recursive: true });
    const before = new Set(await fs.readdir(folder));
    for (const { name, bytes } of files) {
      await writeFileAtomic(join(folder, name), bytes, { fs });
      if (!before.has(name)) fresh.push(name);
    }
    await writeFileAtomic(join(folder, STATE_FILE), state, { fs });
  } catch (error) {
    // The folder is another process's now.
    if (error instanceof LockLostError) throw error;
    for (const name of fresh) await fs.unlink(join(folder, name)).catch(() => {});
    throw new CheckpointError(
      'unwritable',
      folder,
      `The checkpoint ${folder} could not be written: ${explainFsError(error)}. What was saved there before is untouched; make room or give write permission, then resume.`,
      { cause: error },
    );
  }
  await removeLeftovers(
    folder,
    files.map(({ name }) => name),
    fs,
  );
}

function encodeCheckpoint({ model, values, training }: Checkpoint) {
  assertJson(values, 'values');
  const modelFile = arraysFile('model', encodeSafetensors(model));
  const record: CheckpointRecord = {
    format: FORMAT,
    version: VERSION,
    files: { model: modelFile.record },
    values,
  };
  const files = [modelFile];

  if (training !== undefined) {
    const arrays: Record<string, Tensor> = {};
    const store = (path: string, state: State): StateRecord => {
      assertJson(state.values, `training.${path}.values`);
      const references = Object.entries(state.arrays).map(([name, tensor]) => {
        const shared = Object.keys(model).find((key) => isSameTensor(model[key]!, tensor));
        if (shared !== undefined) return [name, { file: 'model', name: shared }];
        arrays[`${path}/${name}`] = tensor;
        return [name, { file: 'training', name: `${path}/${name}` }];
      });
      return { arrays: Object.fromEntries(references), values: state.values };
    };
    assertJson(training.loop, 'training.loop');
    record.training = {
      step: training.step,
      loop: training.loop,
      learner: store('learner', training.learner),
      data: store('data', training.data),
      callbacks: Object.fromEntries(
        Object.entries(training.callbacks).map(([name, state]) => [name, store(`callbacks/${name}`, state)]),
      ),
    };
    const trainingFile = arraysFile('training', encodeSafetensors(arrays));
    record.files.training = trainingFile.record;
    files.push(trainingFile);
  }
  return { record, files };
}

function arraysFile(kind: 'model' | 'training', bytes: Uint8Array) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = `${kind}-${sha256.slice(0, 12)}.safetensors`;
  const record: FileRecord = { name, bytes: bytes.length, sha256 };
  return { name, bytes, record };
}

function isSameTensor(a: Tensor, b: Tensor): boolean {
  return (
    a.data.constructor === b.data.constructor &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, i) => size === b.shape[i]) &&
    (a.data === b.data || Buffer.compare(bytesOf(a), bytesOf(b)) === 0)
  );
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Best effort: what cannot be removed now is removed by the next checkpoint. */
async function removeLeftovers(folder: string, current: readonly string[], fs: FileSystem): Promise<void> {
  const names = await fs.readdir(folder).catch(() => []);
  for (const name of names) {
    const isOurs = ARRAYS_FILE.test(name) || TEMPORARY_FILE.test(name);
    if (isOurs && !current.includes(name)) await fs.unlink(join(folder, name)).catch(() => {});
  }
}
