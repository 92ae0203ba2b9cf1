import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors } from '@cifarlab/safetensors';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallRun, stateAt } from '../../test/support/run.js';
import { type TrainingState, train } from '../index.js';
import { type Checkpoint, CheckpointError, loadCheckpoint, loadModel, saveCheckpoint } from '../node.js';
import type { FileSystem } from './file-system.js';

let folder: string;
beforeEach(async () => {
  folder = join(await fs.mkdtemp(join(tmpdir(), 'cifarlab-checkpoint-')), 'last');
});
afterEach(async () => {
  await fs.rm(join(folder, '..'), { recursive: true });
});

const list = async () => (await fs.readdir(folder)).sort();

/** Returns a checkpoint of a small run after this many steps. */
async function checkpointAt(step: number): Promise<Checkpoint> {
  const training = await stateAt(step, train(smallRun({ checkpointFreq: 1, earlyStopping: { patience: 9 } })));
  const { weights } = training.learner.arrays;
  const mean = { shape: [2], data: Float32Array.of(1.5, -0) };
  return {
    model: { weights: weights!, mean },
    values: { classNames: ['a', 'ü'], size: 3, nested: [null, true] },
    training,
  };
}

async function errorOf(promise: Promise<unknown>): Promise<CheckpointError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckpointError);
  return error as CheckpointError;
}

describe('a round trip', () => {
  it('returns everything, bit for bit', async () => {
    const checkpoint = await checkpointAt(3);
    await saveCheckpoint(folder, checkpoint);
    expect(await loadCheckpoint(folder)).toEqual(checkpoint);
  });

  it('train 4 equals train 2, save, load, train 2', async () => {
    const options = () => smallRun({ maxSteps: 4, evalFreq: 3, checkpointFreq: 2 });
    await saveCheckpoint(folder, { model: {}, values: {}, training: await stateAt(2, train(options())) });
    const resumeFrom = (await loadCheckpoint(folder)).training!;
    expect(await stateAt(4, train({ ...options(), resumeFrom }))).toEqual(await stateAt(4, train(options())));
  });

  it('keeps any arrays and any JSON values', async () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
    const state = fc.record({
      arrays: fc.dictionary(
        fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
        fc.float64Array({ maxLength: 5 }).map((data) => ({ shape: [data.length], data })),
      ),
      values: fc.dictionary(fc.string({ unit: 'grapheme' }), json),
    });
    await fc.assert(
      fc.asyncProperty(state, state, state, fc.nat(), async (model, learner, data, step) => {
        const training: TrainingState = {
          step,
          loop: { evaluated: step, best: { metric: 'loss', value: 0.1, step }, earlyStopping: null },
          learner,
          data,
          callbacks: { history: learner, 'a/b': data },
        };
        const checkpoint = { model: model.arrays, values: model.values, training };
        await saveCheckpoint(folder, checkpoint);
        const loaded = await loadCheckpoint(folder);
        expect(JSON.stringify(loaded)).toEqual(JSON.stringify(checkpoint));
        expect(loaded.training!.learner.arrays).toEqual(learner.arrays);
        expect(await list()).toHaveLength(3);
      }),
      { numRuns: 40 },
    );
  });

  it('may hold a model without its training', async () => {
    const { model, values } = await checkpointAt(1);
    await saveCheckpoint(folder, { model, values });
    expect(await loadCheckpoint(folder)).toEqual({ model, values });
    expect(await loadModel(folder)).toEqual({ model, values });
    expect(await list()).toEqual([expect.stringMatching(/^model-[0-9a-f]{12}\.safetensors$/), 'state.json']);
  });

  it('of the model alone reads nothing else', async () => {
    const checkpoint = await checkpointAt(3);
    await saveCheckpoint(folder, checkpoint);
    for (const name of await list()) if (name.startsWith('training')) await fs.rm(join(folder, name));
    const { model, values } = checkpoint;
    expect(await loadModel(folder)).toEqual({ model, values, step: 3 });
  });
});

describe('the files', () => {
  it('are as documented: model and training arrays under plain names, the rest in state.json', async () => {
    await saveCheckpoint(folder, await checkpointAt(3));
    const state = JSON.parse(await fs.readFile(join(folder, 'state.json'), 'utf8'));
    expect(state).toMatchObject({
      format: 'cifarlab-checkpoint',
      version: 1,
      values: { classNames: ['a', 'ü'] },
      training: {
        step: 3,
        loop: { evaluated: 1, best: { metric: 'accuracy', step: 1 }, earlyStopping: { metric: 'loss', waited: 0 } },
        learner: {
          arrays: {
            weights: { file: 'model', name: 'weights' },
            velocity: { file: 'training', name: 'learner/velocity' },
          },
          values: { optimizer: 'momentum' },
        },
        data: { arrays: { order: { file: 'training', name: 'data/order' } }, values: { position: 15 } },
        callbacks: {},
      },
    });
    const names = async (kind: 'model' | 'training') => {
      const bytes = await fs.readFile(join(folder, state.files[kind].name));
      expect(bytes.length).toBe(state.files[kind].bytes);
      return Object.keys(decodeSafetensors(bytes).tensors);
    };
    expect(await names('model')).toEqual(['weights', 'mean']);
    expect(await names('training')).toEqual(['learner/velocity', 'data/order']);
  });

  it('of the previous checkpoint and of killed writers are removed, others are not', async () => {
    await saveCheckpoint(folder, await checkpointAt(1));
    const before = await list();
    await fs.writeFile(join(folder, '.state.json.0123456789ab.tmp'), 'torn');
    await fs.writeFile(join(folder, 'model-000000000000.safetensors'), 'orphan');
    await fs.writeFile(join(folder, 'notes.txt'), 'mine');
    await saveCheckpoint(folder, await checkpointAt(2));
    const after = await list();
    expect(after).toHaveLength(4);
    expect(after.filter((name) => before.includes(name))).toEqual(['state.json']);
    expect(after).toContain('notes.txt');
  });

  it('are the same for the same state', async () => {
    await saveCheckpoint(folder, await checkpointAt(2));
    const before = await list();
    await saveCheckpoint(folder, await checkpointAt(2));
    expect(await list()).toEqual(before);
  });

  it('share no memory once read: changing the training state leaves the model alone', async () => {
    const checkpoint = await checkpointAt(2);
    await saveCheckpoint(folder, checkpoint);
    const loaded = await loadCheckpoint(folder);
    loaded.training!.learner.arrays.weights!.data.fill(0 as never);
    expect(loaded.model).toEqual(checkpoint.model);
  });
});

describe('reading refuses', () => {
  const damage = async (change: (state: Record<string, never>) => void) => {
    await saveCheckpoint(folder, await checkpointAt(2));
    const file = join(folder, 'state.json');
    const state = JSON.parse(await fs.readFile(file, 'utf8'));
    change(state);
    await fs.writeFile(file, JSON.stringify(state));
  };
  const arrayFile = async (kind: string) => join(folder, (await list()).find((name) => name.startsWith(kind))!);

  it('a folder without one', async () => {
    const error = await errorOf(loadCheckpoint(folder));
    expect(error).toMatchObject({ code: 'missing', folder });
    expect(error.message).toBe(`There is no checkpoint in ${folder} (no state.json): check the path, or train first.`);
  });

  it('a file in place of the folder', async () => {
    await fs.writeFile(folder, '');
    expect((await errorOf(loadCheckpoint(folder))).code).toBe('missing');
  });

  it.each(['model', 'training'])('a missing %s file', async (kind) => {
    await saveCheckpoint(folder, await checkpointAt(2));
    await fs.rm(await arrayFile(kind));
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(/is damaged: its file \w+-\w+\.safetensors is missing\. Use another checkpoint/);
  });

  it.each(['model', 'training'])('a truncated %s file', async (kind) => {
    await saveCheckpoint(folder, await checkpointAt(2));
    const file = await arrayFile(kind);
    await fs.truncate(file, 100);
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(/has 100 bytes instead of \d+/);
  });

  it.each(['model', 'training'])('a flipped bit in the %s file', async (kind) => {
    await saveCheckpoint(folder, await checkpointAt(2));
    const file = await arrayFile(kind);
    const bytes = await fs.readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await fs.writeFile(file, bytes);
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(/has the SHA-256 [0-9a-f]{12}… instead of [0-9a-f]{12}…/);
  });

  it('a newer version', async () => {
    await damage((state) => Object.assign(state, { version: 2 }));
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.code).toBe('newer-version');
    expect(error.message).toMatch(/has version 2 of the format, and this program reads version 1: update the program/);
  });

  it.each<[string, object, RegExp]>([
    ['another format', { format: 'other' }, /state\.json "format" must be "cifarlab-checkpoint", and is "other"/],
    ['no version', { version: undefined }, /"version" must be 1, and is missing/],
    ['version 0', { version: 0 }, /"version" must be 1, and is 0/],
    ['no values', { values: [] }, /"values" must be an object, and is an array of 0/],
    ['no files', { files: {} }, /"files\.model" must be an object, and is missing/],
    [
      'a file outside',
      { files: { model: { name: '../x', bytes: 1, sha256: '' } } },
      /"files\.model\.name" must be a name such as model-0123456789ab\.safetensors, and is "\.\.\/x"/,
    ],
    [
      'an empty training state',
      { training: {} },
      /"training\.step" must be a whole number of 0 or more, and is missing/,
    ],
  ])('a state.json with %s', async (_, change, message) => {
    await damage((state) => Object.assign(state, change));
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(message);
  });

  it.each<[string, string, (training: TrainingState) => void]>([
    ['step', '-1', (t) => Object.assign(t, { step: -1 })],
    ['loop', 'null', (t) => Object.assign(t, { loop: null })],
    ['loop.evaluated', '"1"', (t) => Object.assign(t.loop, { evaluated: '1' })],
    ['loop.best.metric', '"f1"', (t) => Object.assign(t.loop.best!, { metric: 'f1' })],
    ['loop.best.value', 'null', (t) => Object.assign(t.loop.best!, { value: null })],
    ['loop.earlyStopping.waited', '0.5', (t) => Object.assign(t.loop.earlyStopping!, { waited: 0.5 })],
    ['learner.values', 'missing', (t) => Object.assign(t, { learner: {} })],
    ['learner.arrays.weights.file', '"else"', (t) => Object.assign(t.learner.arrays, { weights: { file: 'else' } })],
    ['callbacks.a', '1', (t) => Object.assign(t, { callbacks: { a: 1 } })],
    ['callbacks', 'an array of 1', (t) => Object.assign(t, { callbacks: [1] })],
  ])('a training state with a wrong %s: %s', async (path, value, change) => {
    await damage(({ training }) => change(training));
    const { code, message } = await errorOf(loadCheckpoint(folder));
    expect(code).toBe('corrupt');
    expect(message).toContain(`state.json "training.${path}" must be `);
    expect(message).toContain(`, and is ${value}. Use another checkpoint, or train again.`);
  });

  it.each(['utf8', 'utf16le'] as const)(
    'nothing of a state.json that an editor saved with a byte order mark (%s)',
    async (encoding) => {
      const checkpoint = await checkpointAt(2);
      await saveCheckpoint(folder, checkpoint);
      const file = join(folder, 'state.json');
      await fs.writeFile(file, `\uFEFF${await fs.readFile(file, 'utf8')}`, encoding);
      expect(await loadCheckpoint(folder)).toEqual(checkpoint);
    },
  );

  it('a state.json that is not text', async () => {
    await saveCheckpoint(folder, await checkpointAt(2));
    await fs.writeFile(join(folder, 'state.json'), Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]));
    expect((await errorOf(loadCheckpoint(folder))).message).toContain(
      'state.json is not valid JSON (it is not UTF-8 text; save it as UTF-8)',
    );
  });

  it('a reference to an array that is not there', async () => {
    await damage(({ training }) =>
      Object.assign((training as TrainingState).learner.arrays, { weights: { file: 'model', name: 'constructor' } }),
    );
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.message).toMatch(/the array "constructor" is missing in its model file/);
  });

  it('a torn state.json', async () => {
    await saveCheckpoint(folder, await checkpointAt(2));
    await fs.truncate(join(folder, 'state.json'), 50);
    expect((await errorOf(loadCheckpoint(folder))).message).toMatch(/state\.json is not valid JSON/);
  });

  it.skipIf(process.platform === 'win32').each(['state.json', 'model'])('a pipe in place of %s', async (start) => {
    await saveCheckpoint(folder, await checkpointAt(2));
    const file = join(folder, (await fs.readdir(folder)).find((name) => name.startsWith(start))!);
    await fs.unlink(file);
    execFileSync('mkfifo', [file]);
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(`${file} could not be read: it is a pipe or a device, not a file. Check the path`);
  });

  it.each([
    ['state.json', /state\.json has 8589934592 bytes, far more than it may have\. Use another/],
    ['model', /model-.* has 8589934592 bytes instead of \d+\. Use another/],
    ['training', /training-.* has 8589934592 bytes instead of \d+\. Use another/],
  ])('%s of any size', async (start, message) => {
    await saveCheckpoint(folder, await checkpointAt(2));
    await fs.truncate(join(folder, (await fs.readdir(folder)).find((name) => name.startsWith(start))!), 2 ** 33);
    const error = await errorOf(loadCheckpoint(folder));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(message);
  });

  it('what may not be read', async () => {
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const readFile = (() => Promise.reject(denied)) as typeof fs.readFile;
    const error = await errorOf(loadCheckpoint(folder, { fs: { ...fs, readFile } }));
    expect(error).toMatchObject({ code: 'unreadable', cause: denied });
    expect(error.message).toMatch(/state\.json could not be read: permission denied \(EACCES\)\. Check the path/);
  });
});

describe('saving refuses', () => {
  it('values in more arrays than JSON is sure to go down', async () => {
    const deep = Array.from({ length: 20_000 }).reduce<unknown[]>((inner) => [inner], []);
    const saving = saveCheckpoint(folder, { ...(await checkpointAt(2)), values: { deep } });
    await expect(saving).rejects.toThrow(/^values\.deep\[0\].*… is an object within more than 500 others: flatten it/);
  });

  it.each([
    [{ rate: Number.NaN }, /^values\.rate is NaN, and JSON cannot hold it/],
    [{ list: [1, undefined] }, /^values\.list\[1\] is a value of type undefined/],
    [{ list: new Float32Array(2) }, /^values\.list is a typed array, which belongs into arrays/],
    [{ when: new Date(0) }, /^values\.when is an instance of Date/],
    [{ f: () => 0 }, /^values\.f is a value of type function/],
    [{ n: 1n }, /^values\.n is a value of type bigint/],
  ])('values that JSON cannot hold: %o', async (values, message) => {
    await expect(saveCheckpoint(folder, { model: {}, values })).rejects.toThrow(message);
    await expect(fs.readdir(folder)).rejects.toThrow('ENOENT');
  });

  it('them in the training state too', async () => {
    const checkpoint = await checkpointAt(2);
    checkpoint.training!.data.values.position = Infinity;
    await expect(saveCheckpoint(folder, checkpoint)).rejects.toThrow(/^training\.data\.values\.position is Infinity/);
  });
});

/** Returns a file system on which the n-th operation of the kind (from 0) fails. */
function failing(operation: 'open' | 'write' | 'sync' | 'rename', n: number, code: string): FileSystem {
  const error = Object.assign(new Error(`${code}: injected`), { code });
  let count = 0;
  const countdown = (kind: string) => {
    if (kind === operation && count++ === n) throw error;
  };
  return {
    ...fs,
    open: async (path, flags, mode) => {
      if (flags === 'r') return fs.open(path, flags, mode);
      countdown('open');
      const handle = await fs.open(path, flags, mode);
      const { writeFile, sync } = handle;
      handle.writeFile = async (data, options) => {
        if (operation === 'write' && count === n) await writeFile.call(handle, (data as Uint8Array).slice(0, 10));
        countdown('write');
        return writeFile.call(handle, data, options);
      };
      handle.sync = async () => {
        countdown('sync');
        return sync.call(handle);
      };
      return handle;
    },
    rename: async (from, to) => {
      countdown('rename');
      return fs.rename(from, to);
    },
  };
}

describe('a disk that fails', () => {
  const cases = (['open', 'write', 'sync', 'rename'] as const).flatMap((operation) =>
    [0, 1, 2].map((n) => [operation, n] as const),
  );

  it.each(cases)('at %s number %i leaves the previous checkpoint as it was', async (operation, n) => {
    const previous = await checkpointAt(1);
    await saveCheckpoint(folder, previous);
    const before = await list();
    const next = await checkpointAt(2);
    const error = await errorOf(saveCheckpoint(folder, next, { fs: failing(operation, n, 'ENOSPC') }));
    expect(error.code).toBe('unwritable');
    expect(error.message).toMatch(/could not be written: no space left on the disk \(ENOSPC\)\. What was saved there/);
    expect(await list()).toEqual(before);
    expect(await loadCheckpoint(folder)).toEqual(previous);
    await saveCheckpoint(folder, next);
    expect(await loadCheckpoint(folder)).toEqual(next);
  });

  it.each([
    ['EFBIG', /the file would be larger than the system allows \(ulimit -f\) \(EFBIG\)/],
    ['EIO', /the disk reported an error \(EIO\)/],
  ])('%s is in plain words', async (code, message) => {
    const error = await errorOf(saveCheckpoint(folder, await checkpointAt(2), { fs: failing('rename', 1, code) }));
    expect(error.message).toMatch(message);
  });

  it.each(cases)('at %s number %i leaves nothing where there was nothing', async (operation, n) => {
    const error = await errorOf(saveCheckpoint(folder, await checkpointAt(2), { fs: failing(operation, n, 'EDQUOT') }));
    expect(error.message).toMatch(/the disk quota is used up \(EDQUOT\)/);
    expect(await list()).toEqual([]);
  });

  it('a folder that may not be written', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no such permission on folders');
    if (process.getuid?.() === 0) context.skip('the superuser may write everywhere');
    await fs.mkdir(folder);
    await fs.chmod(folder, 0o500);
    expect((await errorOf(saveCheckpoint(folder, await checkpointAt(1)))).message).toMatch(/permission denied/);
  });

  it('a file where the folder should be', async () => {
    await fs.writeFile(folder, '');
    const error = await errorOf(saveCheckpoint(folder, await checkpointAt(1)));
    expect(error).toMatchObject({ code: 'unwritable', folder });
  });
});

describe('reading while a training writes', () => {
  it('starts over with the newer checkpoint', async () => {
    await saveCheckpoint(folder, await checkpointAt(1));
    const newer = await checkpointAt(2);
    let replaced = false;
    const readFile = (async (path: string, options: never) => {
      // Replaces the checkpoint between the reading of state.json and that of its arrays.
      const content = await fs.readFile(path, options);
      if (!replaced) await saveCheckpoint(folder, newer);
      replaced = true;
      return content;
    }) as typeof fs.readFile;
    expect(await loadCheckpoint(folder, { fs: { ...fs, readFile } })).toEqual(newer);
  });
});
