import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallRun } from '../../test/support/run.js';
import { type TrainEvent, train } from '../index.js';
import { iterateMetrics, MetricsError, MetricsFile, type MetricsLine, readMetrics, visitMetrics } from '../node.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'cifarlab-metrics-'));
  file = join(folder, 'metrics.jsonl');
});
afterEach(() => fs.rm(folder, { recursive: true }));

const step = (n: number): TrainEvent => ({
  type: 'train',
  step: n,
  loss: 1 / n,
  accuracy: 0.5,
  count: 4,
  learningRate: 0.1,
});
const evaluation = (n: number, split: 'validation' | 'test' = 'test'): TrainEvent => ({
  type: 'eval',
  split,
  step: n,
  loss: 2 / n,
  accuracy: 0.25,
  count: 10,
});
const at = (n: number, evaluated = n) => ({ step: n, loop: { evaluated, best: null, earlyStopping: null } });

async function write(events: TrainEvent[], metrics?: MetricsFile): Promise<string> {
  metrics ??= await MetricsFile.create(file);
  for (const event of events) await metrics.record(event);
  await metrics.flush();
  await metrics.close();
  return fs.readFile(file, 'utf8');
}

async function errorOf(promise: Promise<unknown>): Promise<MetricsError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MetricsError);
  return error as MetricsError;
}

describe('writing', () => {
  it('gives the documented lines and ignores other events', async () => {
    const stop: TrainEvent = { type: 'stop', reason: 'max-steps', step: 2, message: '' };
    expect(await write([step(1), evaluation(1, 'validation'), evaluation(1), step(3), stop])).toBe(
      [
        '{"event":"train","step":1,"loss":1,"accuracy":0.5}',
        '{"event":"eval","split":"validation","step":1,"loss":2,"accuracy":0.25}',
        '{"event":"eval","split":"test","step":1,"loss":2,"accuracy":0.25}',
        '{"event":"train","step":3,"loss":0.3333333333333333,"accuracy":0.5}',
        '',
      ].join('\n'),
    );
  });

  it('does not overwrite a run', async () => {
    await write([step(1)]);
    const error = await errorOf(MetricsFile.create(file));
    expect(error).toMatchObject({ code: 'exists', file });
    expect(error.message).toMatch(/exists already, and a new run would overwrite it: resume that run, or choose/);
  });

  it('says what is wrong with the place', async () => {
    const error = await errorOf(MetricsFile.create(join(folder, 'none', 'metrics.jsonl')));
    expect(error.code).toBe('unwritable');
  });

  it('takes back a line that was written in part when the disk is full', async () => {
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const open: typeof fs.open = async (...args) => {
      const handle = await fs.open(...args);
      const { appendFile } = handle;
      let calls = 0;
      handle.appendFile = async (data, options) => {
        if (++calls < 3) return appendFile.call(handle, data, options);
        await appendFile.call(handle, (data as Buffer).subarray(0, 20), options);
        throw full;
      };
      return handle;
    };
    const metrics = await MetricsFile.create(file, { fs: { ...fs, open } });
    await metrics.record(step(1));
    await metrics.record(step(2));
    const error = await errorOf(metrics.record(step(3)));
    await metrics.close();
    expect(error).toMatchObject({ code: 'unwritable', cause: full });
    expect(error.message).toMatch(/no space left on the disk \(ENOSPC\)\. Make room/);
    expect((await readMetrics(file)).map((line) => line.step)).toEqual([1, 2]);
    expect((await fs.readFile(file, 'utf8')).endsWith('}\n')).toBe(true);
  });

  it('reports a device that is full', async (context) => {
    const isFullThere = await fs.stat('/dev/full').then(
      (stats) => stats.isCharacterDevice(),
      () => false,
    );
    if (!isFullThere) context.skip('this system has no /dev/full');
    const open = ((_path: string, flags: string) => fs.open('/dev/full', flags.replace('x', ''))) as typeof fs.open;
    const metrics = await MetricsFile.create(file, { fs: { ...fs, open } });
    expect((await errorOf(metrics.record(step(1)))).message).toMatch(/no space left on the disk \(ENOSPC\)/);
    await metrics.close();
  });
});

describe('resuming', () => {
  const all = [
    step(1),
    evaluation(1),
    step(2),
    evaluation(2, 'validation'),
    evaluation(2),
    step(3),
    step(4),
    evaluation(4),
  ];

  it.each([
    ['drops later lines', 3, 2, 6],
    ['keeps all of the step itself', 2, 2, 5],
    ['drops an evaluation that will be repeated', 2, 1, 3],
    ['drops nothing at the end', 4, 4, 8],
    ['drops everything before the first step', 0, 0, 0],
  ])('%s', async (_, atStep, evaluated, keptLines) => {
    const whole = await write(all);
    const kept = whole.split('\n').slice(0, keptLines);
    const resumed = await MetricsFile.resume(file, at(atStep, evaluated));
    await resumed.close();
    expect(await fs.readFile(file, 'utf8')).toBe(kept.map((line) => `${line}\n`).join(''));
    expect(await fs.readdir(folder)).toEqual(['metrics.jsonl']);
    expect(await write(all.slice(keptLines), await MetricsFile.resume(file, at(atStep, evaluated)))).toBe(whole);
  });

  it('repairs every way of cutting off the last line', async () => {
    const whole = await write(all);
    const previous = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = previous; length <= whole.length; length++) {
      await fs.writeFile(file, whole.slice(0, length));
      expect(await write([evaluation(4)], await MetricsFile.resume(file, at(4, 2)))).toBe(whole);
    }
  });

  it('completes a kept last line that has no line break', async () => {
    const whole = await write(all);
    await fs.writeFile(file, whole.slice(0, -1));
    expect(await write([], await MetricsFile.resume(file, at(4)))).toBe(whole);
  });

  it.each<[string, () => Promise<unknown> | unknown, ReturnType<typeof at>, string, RegExp]>([
    ['a missing file', () => fs.rm(file), at(2), 'missing', /There is no metrics file .*: check the path/],
    ['missing steps', () => {}, at(9), 'corrupt', /has the training steps up to 4, and the run goes on from step 9/],
    ['an empty file', () => fs.writeFile(file, ''), at(2), 'corrupt', /has the training steps up to 0/],
    ['a broken line', () => fs.appendFile(file, 'x\n'), at(4), 'corrupt', /line 9: .*Correct or remove the line/],
    [
      'lines out of order',
      () => fs.appendFile(file, '{"event":"train","step":2,"loss":1,"accuracy":0}\n'),
      at(2),
      'corrupt',
      /line 9: step 2 comes after later steps, and the run goes on from step 2/,
    ],
  ])('refuses %s and leaves it as it was', async (_, change, state, code, message) => {
    await write(all);
    await change();
    const before = await fs.readFile(file, 'utf8').catch(() => 'none');
    const error = await errorOf(MetricsFile.resume(file, state));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(await fs.readFile(file, 'utf8').catch(() => 'none')).toBe(before);
  });

  it('leaves the file as it was when it cannot be rewritten', async () => {
    const whole = await write(all);
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const broken = { ...fs, rename: () => Promise.reject(full) };
    const error = await errorOf(MetricsFile.resume(file, at(2), { fs: broken }));
    expect(error).toMatchObject({ code: 'unwritable', cause: full });
    expect(await fs.readFile(file, 'utf8')).toBe(whole);
  });
});

describe('readMetrics', () => {
  it('returns the numbers of a run to the bit', async () => {
    const metrics = await MetricsFile.create(file);
    const expected: object[] = [];
    for await (const event of train(smallRun())) {
      await metrics.record(event);
      const { type, count: _, learningRate: __, ...numbers } = { count: 0, learningRate: 0, ...event };
      if (type === 'train' || type === 'eval') expected.push({ event: type, ...numbers });
    }
    await metrics.close();
    expect(await readMetrics(file)).toEqual(expected);
  });

  it('leaves out a line that is still being written, and takes one without a line break', async () => {
    await fs.writeFile(file, '{"event":"train","step":1,"loss":1,"accuracy":0}\n{"event":"tr');
    expect(await readMetrics(file)).toHaveLength(1);
    await fs.writeFile(file, '{"event":"train","step":1,"loss":1,"accuracy":0}');
    expect(await readMetrics(file)).toHaveLength(1);
    await fs.writeFile(file, '');
    expect(await readMetrics(file)).toEqual([]);
  });

  it.each([
    ['{', /line 2: /],
    ['', /line 2: /],
    ['null', /line 2: "event" must be "train" or "eval", and is missing\. Correct or remove the line/],
    ['{"event":"best"}', /line 2: "event" must be "train" or "eval", and is "best"/],
    ['{"event":"eval","split":"train"}', /line 2: "split" must be "validation" or "test", and is "train"/],
    ['{"event":"train","step":0}', /line 2: "step" must be an integer of 1 or more, and is 0/],
    ['{"event":"train","step":1,"loss":null}', /line 2: "loss" must be a number, and is null/],
    ['{"event":"train","step":1,"loss":1,"accuracy":"1"}', /line 2: "accuracy" must be a number, and is "1"/],
    ['{"event":"train","step":1,"loss":1,"accuracy":1.5}', /line 2: "accuracy" must be from 0 to 1, and is 1\.5/],
    ['{"event":"train","step":1e999}', /line 2: "step" must be an integer of 1 or more, and is Infinity/],
    [`{"event":${'['.repeat(4000)}${']'.repeat(4000)}}`, /line 2: "event" must be .*, and is an array of 1\. Correct/],
    [`{"event":"${'x'.repeat(9000)}"}`, /line 2: "event" must be .*, and is "x{60}…"\. Correct/],
    ['x'.repeat(100_000), /line 2: a line has at most 10000 characters\. Correct or remove the line/],
  ])('names the line that is wrong: %s', async (line, message) => {
    await fs.writeFile(file, `{"event":"train","step":1,"loss":1,"accuracy":0}\n${line}\n`);
    const error = await errorOf(readMetrics(file));
    expect(error).toMatchObject({ code: 'corrupt', file });
    expect(error.message).toMatch(message);
  });

  it.each(['utf8', 'utf16le'] as const)('reads what was saved again with a byte order mark (%s)', async (encoding) => {
    await fs.writeFile(file, '\uFEFF{"event":"train","step":1,"loss":1,"accuracy":0}\n', encoding);
    expect(await readMetrics(file)).toEqual([{ event: 'train', step: 1, loss: 1, accuracy: 0 }]);
  });

  it('reads a file of any length, piece by piece', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => ({
      event: 'train',
      step: i + 1,
      loss: 1 / (i + 1),
      accuracy: 0,
    }));
    await fs.writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await readMetrics(file)).toEqual(lines);
  });

  it('says when there is none, or it may not be read', async () => {
    expect((await errorOf(readMetrics(file))).code).toBe('missing');
    const error = await errorOf(readMetrics(folder));
    expect(error.code).toBe('unreadable');
    expect(error.message).toMatch(/could not be read: it is a folder \(EISDIR\)/);
  });

  it('refuses what is something else at its first line, to go on from as to read', async () => {
    await fs.writeFile(file, '');
    await fs.truncate(file, 2 ** 29);
    for (const reading of [readMetrics(file), MetricsFile.resume(file, at(1))]) {
      const error = await errorOf(reading);
      expect(error.code).toBe('corrupt');
      expect(error.message).toMatch(/, line 1: a line has at most 10000 characters\. Correct or remove the line\.$/);
    }
  });

  it.skipIf(process.platform === 'win32')('waits for no pipe', async () => {
    execFileSync('mkfifo', [file]);
    for (const reading of [readMetrics(file), MetricsFile.resume(file, at(1))]) {
      const error = await errorOf(reading);
      expect(error.code).toBe('unreadable');
      expect(error.message).toMatch(/could not be read: it is a pipe or a device, not a file\. Check the path/);
    }
  });
});

describe('iterateMetrics', () => {
  it('gives the lines that readMetrics gives, and no more than are asked for', async () => {
    const lines = Array.from({ length: 9000 }, (_, i) => ({ event: 'train', step: i + 1, loss: 1, accuracy: 0 }));
    await fs.writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const seen: MetricsLine[] = [];
    for await (const line of iterateMetrics(file)) seen.push(line);
    expect(seen).toEqual(lines);
    for await (const { step } of iterateMetrics(file)) if (step === 3) break;
  });

  it('names a line that is wrong', async () => {
    await fs.writeFile(file, 'x\n');
    expect((await errorOf(iterateMetrics(file).next())).message).toMatch(/, line 1: /);
  });
});

describe('visitMetrics', () => {
  const line = (n: number) => ({ event: 'train', step: n, loss: 1 / n, accuracy: 0 });
  const textOf = (lines: readonly object[]) => lines.map((one) => `${JSON.stringify(one)}\n`).join('');

  it('gives the lines that readMetrics returns, one by one', async () => {
    await fs.writeFile(file, `${textOf(Array.from({ length: 10_000 }, (_, i) => line(i + 1)))}{"event":"tr`);
    const visited: MetricsLine[] = [];
    await visitMetrics(file, (one) => visited.push(one));
    expect(visited).toHaveLength(10_000);
    expect(visited).toEqual(await readMetrics(file));
  });

  it('has given the lines before one that is wrong', async () => {
    await fs.writeFile(file, `${textOf([line(1), line(2)])}{}\n${textOf([line(4)])}`);
    const steps: number[] = [];
    const error = await errorOf(visitMetrics(file, ({ step }) => steps.push(step)));
    expect(error.message).toMatch(/line 3: "event" must be/);
    expect(steps).toEqual([1, 2]);
  });

  it('ends with what the visitor throws, as it is', async () => {
    await fs.writeFile(file, textOf([line(1), line(2), line(3)]));
    const enough = new Error('enough');
    const steps: number[] = [];
    const reading = visitMetrics(file, ({ step }) => {
      steps.push(step);
      if (step === 2) throw enough;
    });
    await expect(reading).rejects.toBe(enough);
    expect(steps).toEqual([1, 2]);
  });

  it('says when there is no file', async () => {
    expect((await errorOf(visitMetrics(file, () => {}))).code).toBe('missing');
  });
});
