import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEventFile, scalarsOf } from '../test/support/read-event-file.js';
import { EventFileError, EventWriter } from './index.js';

const fixture = (name: string) => fileURLToPath(new URL(`../test/fixtures/${name}`, import.meta.url));
const TIME = new Date(1_700_000_000_250);

let root: string;
let folder: string;
beforeEach(async () => {
  root = await fs.mkdtemp(join(tmpdir(), 'cifarlab-tensorboard-'));
  folder = join(root, 'runs', 'a run');
});
afterEach(async () => {
  vi.useRealTimers();
  await fs.rm(root, { recursive: true, force: true });
});

/** Writes losses from step `first` on, and says where. */
async function write(losses: readonly number[], { first = 1, ...options }: { first?: number; resume?: boolean } = {}) {
  const writer = await EventWriter.open(folder, options);
  for (const [i, loss] of losses.entries()) await writer.scalars(first + i, { loss });
  await writer.close();
  return writer.path;
}

const float32 = (losses: readonly number[], first = 1) =>
  losses.map((loss, i) => [first + i, 'loss', Math.fround(loss)]);

async function errorOf(promise: Promise<unknown>): Promise<EventFileError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EventFileError);
  return error as EventFileError;
}

describe('an event file', () => {
  it("has the bytes of TensorBoard's own writer", async () => {
    vi.useFakeTimers({ now: TIME, toFake: ['Date'] });
    const writer = await EventWriter.open(folder);
    await writer.experiment({
      description: 'an experiment',
      hyperparameters: { flip: 'boolean', 'learning rate': 'number', optimizer: 'string' },
      metrics: ['loss/train'],
    });
    await writer.startSession({
      hyperparameters: { flip: true, 'learning rate': 0.001, optimizer: 'adam' },
      group: 'a group',
    });
    await writer.scalars(1, { 'loss/train': 2.25, 'accuracy/train': 0.1 });
    await writer.scalars(300, { 'loss/train': Number.NaN });
    await writer.image(2 ** 40, 'kernels', await fs.readFile(fixture('golden.png')));
    await writer.endSession({ status: 'success' });
    await writer.close();
    expect((await fs.readFile(writer.path)).toString('hex')).toBe(
      (await fs.readFile(fixture('golden.tfevents'))).toString('hex'),
    );
  });

  it('is named by the second, the host and the process, in a folder that is made', async () => {
    const before = Math.floor(Date.now() / 1000);
    const [one, two] = [await write([1]), await write([1])];
    expect(dirname(one)).toBe(folder);
    const [, second, rest] = /^events\.out\.tfevents\.(\d{10})\.(.*)$/.exec(basename(one))!;
    expect(Number(second) - before).toBeLessThan(60);
    expect(rest).toBe(`${hostname()}.${process.pid}.0`);
    expect(two).not.toBe(one);
  });

  it('gives back what was written, to the bit of a float32', async () => {
    const steps = fc.uniqueArray(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(steps, fc.func(fc.double()), fc.string({ unit: 'grapheme' }), async (all, value, tag) => {
        fc.pre(tag.trim() !== '');
        const writer = await EventWriter.open(folder);
        for (const step of all) await writer.scalars(step, { [tag]: value(step) });
        await writer.close();
        expect(scalarsOf(writer.path)).toEqual(all.map((step) => [step, tag, Math.fround(value(step))]));
      }),
      { numRuns: 30 },
    );
  });

  it('grows while it is written', async () => {
    const writer = await EventWriter.open(folder, { flushSeconds: 0 });
    for (let step = 1; step <= 3; step++) {
      await writer.scalars(step, { loss: step });
      expect(scalarsOf(writer.path)).toHaveLength(step);
    }
    await writer.close();
    const slow = await EventWriter.open(folder, { flushSeconds: 1e6 });
    await slow.scalars(1, { loss: 1 });
    expect(scalarsOf(slow.path)).toEqual([]);
    await slow.flush();
    expect(scalarsOf(slow.path)).toHaveLength(1);
    await slow.close();
  });

  it('holds many events back no longer than they are many', async () => {
    const writer = await EventWriter.open(folder, { flushSeconds: 1e6 });
    for (let step = 1; step <= 2000; step++) await writer.scalars(step, { loss: step });
    expect(scalarsOf(writer.path).length).toBeGreaterThan(500);
    await writer.close();
    expect(scalarsOf(writer.path)).toHaveLength(2000);
  });
});

describe('resuming', () => {
  const losses = Array.from({ length: 9 }, (_, i) => 2 / (i + 1));

  it('appends to the file that is there', async () => {
    const path = await write(losses.slice(0, 5));
    expect(await write(losses.slice(5), { first: 6, resume: true })).toBe(path);
    expect(scalarsOf(path)).toEqual(float32(losses));
    expect(await fs.readdir(folder)).toEqual([basename(path)]);
  });

  it('starts a file where there is none', async () => {
    expect(scalarsOf(await write(losses, { resume: true }))).toEqual(float32(losses));
  });

  it('doubles no step that comes again, wherever the training goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), async (written, from) => {
        fc.pre(from <= written + 1);
        const path = await write(losses.slice(0, written));
        const size = (await fs.stat(path)).size;
        expect(await write(losses.slice(from - 1), { first: from, resume: true })).toBe(path);
        expect(scalarsOf(path)).toEqual(float32(losses));
        expect((await fs.stat(path)).size).toBeGreaterThanOrEqual(size);
        await fs.rm(folder, { recursive: true });
      }),
      { numRuns: 30 },
    );
  });

  it('gives up what another course of the training had written, in a new file', async () => {
    const path = await write(losses);
    const changed = [...losses.slice(0, 5), 9, 8];
    const next = await write(changed.slice(2), { first: 3, resume: true });
    expect(scalarsOf(next)).toEqual(float32(changed));
    expect(next).not.toBe(path);
    expect(await fs.readdir(folder)).toEqual([basename(next)]);
  });

  it('keeps an image that does not come again beside the scalars that do', async () => {
    const png = await fs.readFile(fixture('golden.png'));
    const writer = await EventWriter.open(folder);
    await writer.scalars(1, { loss: 1 });
    await writer.image(1, 'kernels', png);
    await writer.scalars(1, { accuracy: 0.5 });
    await writer.scalars(2, { loss: 0.5 });
    await writer.close();
    const before = await fs.readFile(writer.path);
    const again = await EventWriter.open(folder, { resume: true });
    await again.scalars(1, { loss: 1 });
    await again.scalars(1, { accuracy: 0.5 });
    await again.scalars(2, { loss: 0.5 });
    await again.close();
    expect((await fs.readFile(again.path)).equals(before)).toBe(true);
  });

  it('cuts a half-written last record off, wherever it ends', async () => {
    const path = await write(losses.slice(0, 3));
    const whole = await fs.readFile(path);
    const two = await write(losses.slice(0, 2));
    const end = (await fs.stat(two)).size;
    await fs.unlink(two);
    for (let length = end; length <= whole.length; length++) {
      await fs.writeFile(path, whole.subarray(0, length));
      await write(losses.slice(1), { first: 2, resume: true });
      expect(scalarsOf(path)).toEqual(float32(losses));
    }
  });

  it('begins anew where not even the first record was written', async () => {
    const path = await write([]);
    await fs.truncate(path, 0);
    expect(await write(losses, { resume: true })).toBe(path);
    expect(readEventFile(path)[0]!.what).toEqual({ case: 'fileVersion', value: 'brain.Event:2' });
    expect(scalarsOf(path)).toEqual(float32(losses));
  });

  it('goes on after a record that is damaged', async () => {
    const path = await write(losses.slice(0, 3));
    const bytes = await fs.readFile(path);
    bytes[bytes.length - 6]! ^= 1;
    await fs.writeFile(path, bytes);
    await write(losses.slice(1), { first: 2, resume: true });
    expect(scalarsOf(path)).toEqual(float32(losses));
  });

  it('changes nothing before the first event', async () => {
    const path = await write(losses.slice(0, 3));
    const whole = await fs.readFile(path);
    await fs.writeFile(path, whole.subarray(0, -3));
    const writer = await EventWriter.open(folder, { resume: true });
    expect(writer.isContinued).toBe(true);
    await writer.scalars(1, { loss: losses[0]! });
    await writer.close();
    expect((await fs.readFile(path)).equals(whole.subarray(0, -3))).toBe(true);
  });

  it('leaves a file alone that is not an event file', async () => {
    await fs.mkdir(folder, { recursive: true });
    const path = join(folder, 'events.out.tfevents.1700000000.host.1.0');
    for (const content of ['something else, of some length', Buffer.alloc(64, 0xff)]) {
      await fs.writeFile(path, content);
      const error = await errorOf(EventWriter.open(folder, { resume: true }));
      expect(error.code).toBe('damaged');
      expect(error.message).toBe(`${path} does not begin as an event file does: remove it, or give another folder`);
      expect(await fs.readFile(path)).toEqual(Buffer.from(content));
    }
  });

  it('tells the session once, and what was told', async () => {
    const open = async () => EventWriter.open(folder, { resume: true });
    const first = await open();
    expect(first.recordedSession).toBeUndefined();
    expect(first.isContinued).toBe(false);
    await first.startSession({ hyperparameters: { seed: 42, flip: true, optimizer: 'adam' }, time: TIME });
    await first.startSession({ hyperparameters: { seed: 43 } });
    await first.scalars(1, { loss: 1 });
    await first.endSession({ status: 'success' });
    await first.close();
    const second = await open();
    expect(second.recordedSession).toMatchObject({
      hyperparameters: { seed: 42, flip: true, optimizer: 'adam' },
      time: TIME,
    });
    const size = (await fs.stat(second.path)).size;
    await second.startSession({ hyperparameters: { seed: 43 } });
    await second.endSession({ status: 'failure' });
    await second.close();
    expect((await fs.stat(second.path)).size).toBe(size);
  });

  it('tells to the millisecond when the session started', async () => {
    for (let ms = 1_700_000_000_000; ms < 1_700_000_000_040; ms++) {
      const writer = await EventWriter.open(folder);
      await writer.startSession({ hyperparameters: {}, time: new Date(ms) });
      await writer.close();
      const again = await EventWriter.open(folder, { resume: true });
      expect(again.recordedSession!.time.getTime()).toBe(ms);
      await again.close();
      await fs.rm(folder, { recursive: true });
    }
  });

  it('tells the end again when it was cut off with another course', async () => {
    const ended = async (losses: readonly number[]) => {
      const writer = await EventWriter.open(folder, { resume: true });
      await writer.startSession({ hyperparameters: { seed: 1 } });
      for (const [i, loss] of losses.entries()) await writer.scalars(i + 1, { loss });
      await writer.endSession({ status: 'success' });
      await writer.close();
      return readEventFile(writer.path).map(({ what }) => what.case === 'summary' && what.value.value[0]!.tag);
    };
    const tags = [false, '_hparams_/session_start_info', 'loss', 'loss', '_hparams_/session_end_info'];
    expect(await ended([2, 1])).toEqual(tags);
    expect(await ended([2, 3])).toEqual(tags);
  });
});

describe('what cannot be written', () => {
  it.each<[string, (writer: EventWriter) => Promise<void>, string]>([
    ['no scalar', (writer) => writer.scalars(1, {}), 'there is no scalar to write: give at least one'],
    ['a text', (writer) => writer.scalars(1, { a: '1' as never }), 'the scalar "a" is 1: give a number'],
    ['no tag', (writer) => writer.scalars(1, { ' ': 1 }), 'the tag " " is empty: name what is written, such as "loss"'],
    ['a part of a step', (writer) => writer.scalars(1.5, { a: 1 }), 'the step is 1.5: give a whole number from 0'],
    ['a step below 0', (writer) => writer.scalars(-1, { a: 1 }), 'the step is -1: give a whole number from 0'],
    [
      'another image',
      (writer) => writer.image(1, 'a', new Uint8Array(40)),
      'an image of 40 bytes is not a PNG: give the bytes of a PNG file',
    ],
    [
      'an unknown hyperparameter',
      (writer) => writer.startSession({ hyperparameters: { rate: Number.NaN } }),
      'the hyperparameter "rate" is NaN: give a finite number, a text or a boolean',
    ],
  ])('is refused: %s', async (_, act, message) => {
    const writer = await EventWriter.open(folder);
    const error = await errorOf(Promise.resolve().then(() => act(writer)));
    expect(error).toMatchObject({ code: 'invalid', message });
    await writer.close();
    expect(readEventFile(writer.path)).toHaveLength(1);
  });

  it('names a folder that is a file', async () => {
    const file = join(root, 'file');
    await fs.writeFile(file, '');
    for (const place of [file, join(file, 'below')]) {
      const error = await errorOf(EventWriter.open(place));
      expect(error.code).toBe('unwritable');
      expect(error.message).toContain(`${place} cannot be written: `);
    }
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('names a folder without permission', async () => {
    await fs.mkdir(folder, { recursive: true });
    await fs.chmod(folder, 0o555);
    const error = await errorOf(EventWriter.open(folder));
    expect(error.message).toContain(`${folder} cannot be written: no permission`);
  });

  it('takes back what was written in part when the disk is full', async () => {
    const writer = await EventWriter.open(folder, { flushSeconds: 1e6 });
    await writer.scalars(1, { loss: 1 });
    await writer.flush();
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    const probe = await fs.open(writer.path);
    const handles = Object.getPrototypeOf(probe) as fs.FileHandle;
    await probe.close();
    const { appendFile } = handles;
    const broken = vi.spyOn(handles, 'appendFile').mockImplementation(async function (this: fs.FileHandle, data) {
      await appendFile.call(this, (data as Buffer).subarray(0, 9));
      throw full;
    });
    await writer.scalars(2, { loss: 1 });
    const error = await errorOf(writer.flush());
    broken.mockRestore();
    expect(error).toMatchObject({ code: 'unwritable', cause: full });
    expect(error.message).toContain('no space left on the device');
    await writer.scalars(3, { loss: 1 });
    await writer.close();
    expect(scalarsOf(writer.path).map(([step]) => step)).toEqual([1, 3]);
  });
});

describe("TensorBoard's own readers", () => {
  it('find the runs and the table of their hyperparameters', async (context) => {
    const python = process.env.CIFARLAB_PYTHON ?? 'python3';
    try {
      execFileSync(python, ['-c', 'import tensorboard'], { stdio: 'pipe' });
    } catch {
      context.skip(`${python} with tensorboard was not found (CIFARLAB_PYTHON names another)`);
    }
    for (const [i, optimizer] of ['adam', 'sgd'].entries()) {
      const options = { resume: true };
      for (let until = 2; until <= 4; until += 2) {
        const writer = await EventWriter.open(join(root, optimizer), options);
        await writer.startSession({ hyperparameters: { optimizer, rate: 0.1 * (i + 1), flip: i === 0 } });
        for (let step = 1; step <= until; step++) await writer.scalars(step, { loss: (i + 1) / step });
        if (until === 4) await writer.image(4, 'kernels', await fs.readFile(fixture('golden.png')));
        if (until === 4) await writer.endSession({ status: i === 0 ? 'success' : 'failure' });
        await writer.close();
      }
    }
    const found = JSON.parse(execFileSync(python, [fixture('check.py'), root], { encoding: 'utf8' }));
    const loss = (i: number) => [1, 2, 3, 4].map((step) => [step, Math.fround((i + 1) / step)]);
    const images = { kernels: [[4, 3, 2]] };
    expect(found).toEqual({
      runs: { adam: { scalars: { loss: loss(0) }, images }, sgd: { scalars: { loss: loss(1) }, images } },
      table: {
        columns: ['flip', 'optimizer', 'rate'],
        metrics: ['loss'],
        rows: {
          adam: {
            hyperparameters: { optimizer: 'adam', rate: 0.1, flip: true },
            metrics: { loss: 0.25 },
            status: ['STATUS_SUCCESS'],
          },
          sgd: {
            hyperparameters: { optimizer: 'sgd', rate: 0.2, flip: false },
            metrics: { loss: 0.5 },
            status: ['STATUS_FAILURE'],
          },
        },
      },
    });
  }, 120_000);
});
