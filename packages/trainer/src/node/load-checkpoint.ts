import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { decodeSafetensors, type Tensor } from '@cifarlab/safetensors';
import type { State, TrainingState } from '../state.js';
import { type Checkpoint, type CheckpointRecord, type FileRecord, STATE_FILE, type StateRecord } from './checkpoint.js';
import { CheckpointError } from './checkpoint-error.js';
import { errorCode, explainFsError, type FileSystem, nodeFileSystem } from './file-system.js';
import { parseCheckpointRecord } from './parse-checkpoint-record.js';
import { requireFile } from './require-file.js';
import { show } from './show.js';

type Tensors = Record<string, Tensor>;
type Files = Record<'model' | 'training', Tensors>;

/** Values, names and references; arrays have separate files. */
const MOST_STATE_BYTES = 2 ** 28;

/** How often to start over when a running training replaces the checkpoint while it is read. */
const ATTEMPTS = 5;

/**
 * Reads a checkpoint that {@link saveCheckpoint} wrote, and verifies every file's length and SHA-256.
 *
 * The arrays do not share memory with their counterparts: those of `training` may be changed without changing those of
 * `model`.
 *
 * @throws CheckpointError `missing`, `unreadable`, `corrupt` or `newer-version`.
 */
export async function loadCheckpoint(
  folder: string,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<Checkpoint> {
  const { record, files } = await readConsistently(folder, fs, true);
  const checkpoint: Checkpoint = { model: files.model, values: record.values };
  if (record.training !== undefined) checkpoint.training = readTraining(record.training, files, folder);
  return checkpoint;
}

/**
 * Reads what using the model takes, and leaves the training's arrays unread.
 *
 * @returns `step` too: the training step the model is from, if it was saved with its training state.
 * @throws CheckpointError as {@link loadCheckpoint} does.
 */
export async function loadModel(
  folder: string,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<Pick<Checkpoint, 'model' | 'values'> & { step?: number }> {
  const { record, files } = await readConsistently(folder, fs, false);
  const model = { model: files.model, values: record.values };
  return record.training === undefined ? model : { ...model, step: record.training.step };
}

async function readConsistently(folder: string, fs: FileSystem, withTraining: boolean) {
  for (let attempt = 1; ; attempt++) {
    const record = await readRecord(folder, fs);
    try {
      const model = await readArrays(folder, record.files.model, fs);
      const training = withTraining && record.files.training ? await readArrays(folder, record.files.training, fs) : {};
      return { record, files: { model, training } };
    } catch (error) {
      // A newer checkpoint may have been committed, and the files of this one removed, since state.json was read.
      const replaced =
        errorCode((error as Error).cause) === 'ENOENT' &&
        JSON.stringify((await readRecord(folder, fs)).files) !== JSON.stringify(record.files);
      if (!replaced || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readRecord(folder: string, fs: FileSystem): Promise<CheckpointRecord> {
  let content: Uint8Array;
  try {
    const size = (await requireFile(join(folder, STATE_FILE), fs)) ?? 0;
    if (size > MOST_STATE_BYTES) throw corrupt(folder, `${STATE_FILE} has ${size} bytes, far more than it may have`);
    content = await fs.readFile(join(folder, STATE_FILE));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') {
      throw new CheckpointError(
        'missing',
        folder,
        `There is no checkpoint in ${folder} (no ${STATE_FILE}): check the path, or train first.`,
        { cause: error },
      );
    }
    throw error instanceof CheckpointError ? error : unreadable(folder, STATE_FILE, error);
  }
  return parseCheckpointRecord(content, folder);
}

async function readArrays(folder: string, { name, bytes, sha256 }: FileRecord, fs: FileSystem): Promise<Tensors> {
  const requireSize = (size: number) => {
    if (size !== bytes) throw corrupt(folder, `${name} has ${size} bytes instead of ${bytes}`);
  };
  let content: Uint8Array;
  try {
    // Before it is read: it may be of any size.
    requireSize((await requireFile(join(folder, name), fs)) ?? bytes);
    content = await fs.readFile(join(folder, name));
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    if (errorCode(error) === 'ENOENT') throw corrupt(folder, `its file ${name} is missing`, error);
    throw unreadable(folder, name, error);
  }
  requireSize(content.length);
  const digest = createHash('sha256').update(content).digest('hex');
  if (digest !== sha256) {
    throw corrupt(folder, `${name} has the SHA-256 ${digest.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…`);
  }
  try {
    return decodeSafetensors(content).tensors;
  } catch (error) {
    throw corrupt(folder, `${name} is not a valid .safetensors file (${(error as Error).message})`, error);
  }
}

function readTraining(
  { step, loop, learner, data, callbacks }: NonNullable<CheckpointRecord['training']>,
  files: Files,
  folder: string,
): TrainingState {
  const read = ({ arrays, values }: StateRecord): State => ({
    arrays: Object.fromEntries(
      Object.entries(arrays).map(([key, { file, name }]) => {
        const tensor = Object.hasOwn(files[file], name) ? files[file][name] : undefined;
        if (tensor === undefined) throw corrupt(folder, `the array ${show(name)} is missing in its ${file} file`);
        const { shape, data } = tensor;
        return [key, { shape: [...shape], data: file === 'model' ? data.slice() : data }];
      }),
    ),
    values,
  });
  return {
    step,
    loop,
    learner: read(learner),
    data: read(data),
    callbacks: Object.fromEntries(Object.entries(callbacks).map(([name, record]) => [name, read(record)])),
  };
}

function corrupt(folder: string, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError(
    'corrupt',
    folder,
    `The checkpoint ${folder} is damaged: ${what}. Use another checkpoint, or train again.`,
    { cause },
  );
}

function unreadable(folder: string, file: string, error: unknown): CheckpointError {
  return new CheckpointError(
    'unreadable',
    folder,
    `${join(folder, file)} could not be read: ${explainFsError(error)}. Check the path and its permissions.`,
    { cause: error },
  );
}
